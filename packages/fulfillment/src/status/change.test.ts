import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShipmentState, StatusFields } from '../ports.ts';
import {
  aHandoverJob,
  afterUpdate,
  aFulfillmentEvent,
  aLife,
  aPickJob,
  aPlatformStatus,
  aProviderOrder,
  aState,
  someParts,
} from '../testkit/index.ts';
import { afterRead, afterWrite, toChange } from './change.ts';
import { desired } from './desired.ts';
import { evolve } from './evolve.ts';
import { noFields } from './fields.ts';
import { rankOf, statusPresets } from './policy.ts';

const written = (shipmentState: string | null, fields: Partial<StatusFields> = {}) => ({
  ...noFields,
  ...fields,
  shipmentState,
});
const change = (next: ShipmentState | null, shown: string | null, ours: string | null = null) =>
  toChange({
    desired: { shipmentState: next, fields: noFields },
    written: ours === null ? null : written(ours),
    platform: aPlatformStatus({ shipmentState: shown }),
  })?.shipmentState ?? null;

describe('the rank rule', () => {
  it.each([
    ['Ready', null],
    ['Ready', 'Pending'],
    ['Ready', 'Backorder'],
    ['Partial', 'Ready'],
    ['Delivered', 'Shipped'],
    ['Canceled', null],
    ['Canceled', 'Ready'],
  ] as const)('raises to %s from %s, whoever wrote it', (next, shown) => {
    expect(change(next, shown)).toBe(next);
  });

  it.each([
    ['Ready', 'Shipped'],
    ['Shipped', 'Delivered'],
    ['Backorder', 'Delayed'],
    ['Canceled', 'Shipped'],
    ['Canceled', 'Partial'],
    ['Delivered', 'SomethingNew'],
  ] as const)('does not lower to %s from a %s of somebody else', (next, shown) => {
    expect(change(next, shown)).toBeNull();
    expect(change(next, shown, 'Pending')).toBeNull();
  });

  it.each([
    ['Ready', 'Shipped'],
    ['Partial', 'Delivered'],
    ['Delayed', 'Backorder'],
    ['Canceled', 'Shipped'],
    ['Ready', 'Canceled'],
  ] as const)('lowers to %s from a %s that we wrote last', (next, shown) => {
    expect(change(next, shown, shown)).toBe(next);
  });

  it('never changes a Canceled of somebody else', () => {
    for (const next of ['Ready', 'Shipped', 'Delivered'] as const) {
      expect(change(next, 'Canceled')).toBeNull();
      expect(change(next, 'Canceled', 'Shipped')).toBeNull();
    }
  });

  it('leaves what is left, what is equal, and an order that is gone', () => {
    expect(change(null, 'Ready', 'Ready')).toBeNull();
    expect(change('Ready', 'Ready')).toBeNull();
    const input = { desired: { shipmentState: 'Ready', fields: noFields }, written: null } as const;
    expect(toChange({ ...input, platform: aPlatformStatus({ gone: true }) })).toBeNull();
  });
});

describe('the fields of a change', () => {
  const fields = { ...noFields, providerOrderId: 'fft-1', pickJobId: 'p-1' };
  const of = (over: Partial<Parameters<typeof toChange>[0]>) =>
    toChange({
      desired: { shipmentState: null, fields },
      written: null,
      platform: aPlatformStatus({ customTypeId: 't' }),
      ...over,
    });

  it('are those that differ from what was written', () => {
    expect(of({ written: written(null, { providerOrderId: 'fft-1' }) })).toEqual({
      shipmentState: null,
      fields: { pickJobId: 'p-1' },
    });
    expect(of({ written: written(null, fields) })).toBeNull();
  });

  it('are never emptied', () => {
    expect(of({ written: written(null, { ...fields, handoverJobId: 'h-1' }) })).toBeNull();
  });

  it('are all that are known when the order has no custom type', () => {
    const known = written('Ready', { providerOrderId: 'fft-1', handoverJobId: 'h-1' });
    expect(of({ written: known, platform: aPlatformStatus() })?.fields).toEqual({
      providerOrderId: 'fft-1',
      pickJobId: 'p-1',
      handoverJobId: 'h-1',
    });
  });
});

describe('the state after an update', () => {
  const state = aState({ platform: aPlatformStatus({ shipmentState: 'Shipped' }), written: written('Shipped') });

  it('knows what was written, and counts what was lowered', () => {
    const lowered = afterWrite(state, {
      change: { shipmentState: 'Partial', fields: { pickJobId: 'p' } },
      platform: aPlatformStatus({ version: 6, shipmentState: 'Partial' }),
      now: 1,
    });
    expect(lowered).toMatchObject({
      reopened: 1,
      written: { shipmentState: 'Partial', pickJobId: 'p' },
      platform: { version: 6 },
    });
    const raised = afterWrite(lowered, {
      change: { shipmentState: 'Shipped', fields: {} },
      platform: aPlatformStatus({ version: 7, shipmentState: 'Shipped' }),
      now: 2,
    });
    expect(raised).toMatchObject({ reopened: 1, written: { shipmentState: 'Shipped', pickJobId: 'p' } });
  });

  it('asks for nothing more', () => {
    const states = fc.constantFrom<(ShipmentState | null)[]>(
      null,
      'Ready',
      'Partial',
      'Shipped',
      'Delivered',
      'Canceled',
      'Delayed',
    );
    const texts = fc.constantFrom(null, 'x', 'y');
    const customTypeId = fc.constantFrom(null, 'type');
    fc.assert(
      fc.property(states, states, states, texts, texts, customTypeId, (next, shown, ours, wanted, had, typeId) => {
        const platform = aPlatformStatus({ shipmentState: shown, customTypeId: typeId });
        const before = aState({ platform, written: written(ours, { pickJobId: had }) });
        const goal = { shipmentState: next, fields: { ...noFields, pickJobId: wanted } };
        const first = toChange({ desired: goal, written: before.written, platform });
        if (!first) return;
        const answer = { ...platform, version: 6, shipmentState: first.shipmentState ?? shown };
        const after = afterWrite(before, { change: first, platform: answer, now: 1 });
        expect(toChange({ desired: goal, written: after.written, platform: answer })).toBeNull();
      }),
    );
  });
});

describe('the state after a read', () => {
  it('takes a state for ours that an earlier try had written before a crash, and may lower it later', () => {
    const attempted = ['Ready', 'Shipped'];
    const platform = {
      ...aPlatformStatus({ version: 9, shipmentState: 'Shipped' }),
      fields: { ...noFields, pickJobId: 'p' },
    };
    const state = afterRead(aState({ written: written('Ready'), platform: aPlatformStatus() }), {
      platform,
      attempted,
      now: 1,
    });
    expect(state.written).toEqual(written('Shipped', { pickJobId: 'p' }));
    expect(state.platform).toEqual(aPlatformStatus({ version: 9, shipmentState: 'Shipped' }));
  });

  it('does not take a state of somebody else for ours', () => {
    const platform = aPlatformStatus({ shipmentState: 'Shipped' });
    expect(afterRead(aState(), { platform, attempted: [], now: 1 }).written).toBeNull();
    const attempted = ['Ready', null];
    expect(
      afterRead(aState({ written: written('Pending') }), { platform, attempted, now: 1 }).written?.shipmentState,
    ).toBe('Pending');
  });

  it('takes the state of an order of which nothing is on record for ours only when it bears our fields', () => {
    const platform = aPlatformStatus({ shipmentState: 'Shipped' });
    const after = (fields: StatusFields) =>
      afterRead(aState(), { platform: { ...platform, fields }, attempted: ['Shipped'], now: 1 }).written;
    expect(after(noFields)).toEqual(written(null));
    expect(after({ ...noFields, pickJobId: 'p' })).toEqual(written('Shipped', { pickJobId: 'p' }));
  });
});

/** Writes every pending change after every input, as the status-writer does; the states that were written. */
function write(inputs: readonly Parameters<typeof evolve>[1][]) {
  let state = aState({ platform: aPlatformStatus({ parts: someParts() }) });
  const states: string[] = [];
  for (const input of inputs) {
    state = evolve(state, input);
    const platform = state.platform ?? aPlatformStatus({ parts: someParts() });
    const pending = toChange({ desired: desired(state, statusPresets.docs), written: state.written, platform });
    if (!pending) continue;
    if (pending.shipmentState) states.push(pending.shipmentState);
    const shipmentState = pending.shipmentState ?? platform.shipmentState;
    const answer = {
      version: platform.version + 1,
      shipmentState,
      customTypeId: 'type',
      gone: false,
      parts: afterUpdate(platform.parts ?? someParts(), pending),
    };
    state = afterWrite(state, { change: pending, platform: answer, now: 0 });
  }
  return { state, states };
}

describe('the five events of an order', () => {
  const seed = (channel: 'DELIVERY' | 'COLLECT') => {
    const job = aPickJob({ channel });
    const lines = [{ articleId: 'sku-1', quantity: 1, picked: 1 }];
    const handover = aHandoverJob({ channel });
    const given = [{ articleId: 'sku-1', quantity: 1, handedOver: 1, refused: 0 }];
    return [
      aFulfillmentEvent({ cause: 'ORDER_CREATED', order: aProviderOrder() }),
      aFulfillmentEvent({ cause: 'PICK_JOB_CREATED', pickJob: job }),
      aFulfillmentEvent({
        cause: 'PICK_JOB_PICKING_FINISHED',
        pickJob: { ...job, version: 4, status: 'CLOSED', loadUnitsAmount: 2, lines },
      }),
      aFulfillmentEvent({ cause: 'HANDOVERJOB_CREATED', handoverJob: handover }),
      aFulfillmentEvent({
        cause: 'HANDOVERJOB_HANDED_OVER',
        handoverJob: { ...handover, version: 2, status: 'HANDED_OVER', lines: given },
      }),
    ];
  };

  it.each([
    ['DELIVERY', 'Shipped'],
    ['COLLECT', 'Delivered'],
  ] as const)('end the same in all 120 orders of arrival and are never written backwards: %s is %s', (channel, end) => {
    const orders = permutations(seed(channel));
    expect(orders).toHaveLength(120);
    for (const events of orders) {
      const { state, states } = write(events);
      const ranks = states.map(rankOf);
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      expect(states.every((name) => name === 'Ready' || name === end)).toBe(true);
      expect(state.written).toEqual({
        shipmentState: end,
        providerOrderId: 'fft-order-1',
        pickJobId: 'pick-1',
        shortId: 'A1',
        facilityId: 'facility-1',
        loadUnitsAmount: 2,
        handoverJobId: 'handover-1',
        parcels: null,
        jobs: null,
      });
      expect(state.reopened).toBe(0);
    }
  });
});

describe('any life', () => {
  it('is written without going back, except where it is undone', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 120, size: 'max' }), (tape) => {
        const { steps } = aLife(tape);
        const { states, state } = write(steps.map(({ input }) => input));
        const ranks = states.map(rankOf);
        for (const name of states) reached.add(name);
        const falls = ranks.filter((rank, index) => index > 0 && rank < (ranks[index - 1] ?? 0)).length;
        expect(falls).toBe(state.reopened);
        if (!steps.some(({ lowers }) => lowers)) expect(falls).toBe(0);
      }),
      { numRuns: 300 },
    );
    expect([...reached].sort()).toEqual(['Canceled', 'Delivered', 'Partial', 'Ready', 'Shipped']);
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}
