import { describe, expect, it } from 'vitest';
import { eventNames } from '../core/eventNames.ts';
import { liveOrder } from '../testing/liveOrder.ts';
import { aliveParts } from './expected.ts';
import { expectedOutcome, isLifeName, type LifeName, lifeNames, lifeOf, lifeRefusal, toSteps } from './lives.ts';

const kinds = ['DELIVERY', 'COLLECT'] as const;
const possible = lifeNames.flatMap((life) =>
  kinds.filter((kind) => expectedOutcome(life, kind) !== undefined).map((kind) => [life, kind] as const),
);
const shapes = [[1], [3], [1, 1], [2, 1], [2, 2, 2]];
const sum = (quantities: readonly number[]) => quantities.reduce((total, quantity) => total + quantity, 0);

describe('every life', () => {
  it.each(possible)('%s of a %s ends with the parts alive that it declares', (life, kind) => {
    const lived = shapes.filter(
      (quantities) => lifeRefusal(life, { kind, pieces: sum(quantities), facilities: 3 }) === undefined,
    );
    expect(lived.length).toBeGreaterThanOrEqual(shapes.length - 1);
    for (const quantities of lived) {
      for (const tracking of [false, true]) {
        const { world, record } = liveOrder({ life, kind, quantities, options: { tracking } });
        const { shipmentState: _, ...declared } = expectedOutcome(life, kind, tracking) ?? { shipmentState: null };
        expect(record).toMatchObject({ life, ahead: [] });
        const sorted = ({ pickJobs, handoverJobs }: ReturnType<typeof aliveParts>) => ({
          pickJobs: pickJobs.toSorted(),
          handoverJobs: handoverJobs.toSorted(),
        });
        expect(sorted(aliveParts(world, record))).toEqual(declared);
      }
    }
  });

  it.each(possible)('%s of a %s emits known events, each entity with a version that grows', (life, kind) => {
    const { events } = liveOrder({ life, kind });
    const versions = new Map<string, number>();
    for (const { event, payload } of events) {
      expect(eventNames).toContain(event);
      if (payload.id === undefined || payload.version === undefined) continue;
      expect(payload.version, `${event} of ${payload.id}`).toBeGreaterThan(versions.get(payload.id) ?? 0);
      versions.set(payload.id, payload.version);
    }
  });

  it.each(possible)('%s of a %s is the same with the same seed and tenantOrderId, but for ids', (life, kind) => {
    const lived = () => liveOrder({ life, kind, options: { seed: 5 } });
    const [first, second] = [lived(), lived()].map(({ events }) =>
      events.map(({ event, payload }) => [
        event,
        payload.version,
        payload.status,
        payload.shortId,
        payload.lastModified,
      ]),
    );
    expect(first).toEqual(second);
  });

  it('hands over no more than was ordered, and all of it where that is what it ends with', () => {
    const short: readonly LifeName[] = ['short-pick', 'refused', 'modified', 'half-no-show', 'force-cancelled-half'];
    for (const [life, kind] of possible) {
      const { world, record } = liveOrder({ life, kind, quantities: [2, 1] });
      const jobs = Object.entries(record.parts).flatMap(([name, { handoverJobIds }]) =>
        name === 'supplier' ? [] : handoverJobIds.flatMap((id) => world.state.handoverJobs.get(id) ?? []),
      );
      const lines = jobs.flatMap(({ status, handoverJobLineItems }) =>
        status === 'HANDED_OVER' ? handoverJobLineItems : [],
      );
      const given = sum(
        lines.flatMap(({ handedOverQuantity, substituteLineItems = [] }) => [
          handedOverQuantity,
          ...substituteLineItems.map((line) => line.handedOverQuantity ?? 0),
        ]),
      );
      const gone = ['Shipped', 'Delivered'].includes(expectedOutcome(life, kind)?.shipmentState ?? '');
      expect(given, `${life} ${kind}`).toSatisfy((pieces: number) =>
        gone && !short.includes(life) ? pieces === 3 : pieces < 3,
      );
    }
  });
});

describe('what a life ends with', () => {
  const endingWith = (kind: (typeof kinds)[number], state: string | null) =>
    lifeNames.filter((life) => expectedOutcome(life, kind)?.shipmentState === state);

  it('is left as it was where nothing was handed over and nothing cancelled', () => {
    const nowhere = ['waiting', 'not-routable', 'zero-pick', 'aborted', 'awaits-cancel', 'refuses-cancel'];
    expect(endingWith('DELIVERY', null)).toEqual(nowhere);
    expect(endingWith('COLLECT', null).toSorted()).toEqual([...nowhere, 'interfacility-under-way'].toSorted());
  });

  it('is Canceled where an order ends before its goods leave, or nobody collects them', () => {
    const cancels = ['cancelled', 'cancelled-at-once', 'expired', 'force-cancelled', 'force-cancelled-ready'];
    expect(endingWith('DELIVERY', 'Canceled')).toEqual(cancels);
    expect(endingWith('COLLECT', 'Canceled')).toEqual(['no-show', 'rejected', ...cancels]);
  });

  it('is Partial where goods are left, Ready where they were taken back', () => {
    const halves = ['split-half-left', 'split-half-not-routable', 'force-cancelled-half-left'];
    for (const kind of kinds) {
      expect(endingWith(kind, 'Partial')).toEqual(halves);
      expect(endingWith(kind, 'Ready')).toEqual(['reverted-left']);
    }
  });

  it('is Shipped for a delivery, Delivered once its parcels have arrived or it was collected', () => {
    expect(endingWith('DELIVERY', 'Delivered')).toEqual(['tracked']);
    expect(endingWith('COLLECT', 'Shipped')).toEqual([]);
    expect(expectedOutcome('split', 'DELIVERY')?.shipmentState).toBe('Shipped');
    expect(expectedOutcome('split', 'DELIVERY', true)?.shipmentState).toBe('Delivered');
    expect(expectedOutcome('split', 'COLLECT', true)?.shipmentState).toBe('Delivered');
    expect(expectedOutcome('split-half-left', 'DELIVERY', true)?.shipmentState).toBe('Partial');
    expect(expectedOutcome('tracked-half', 'DELIVERY', true)?.shipmentState).toBe('Shipped');
    expect(expectedOutcome('no-show', 'DELIVERY')).toBeUndefined();
  });
});

describe('the steps of a life', () => {
  it('have no shipment when goods are collected, but between two facilities', () => {
    const shipments = (life: LifeName) =>
      toSteps(life, 'COLLECT').filter(({ event }) => /^(SHIPMENT|PARCEL)/.test(event));
    expect(shipments('plain')).toEqual([]);
    expect(shipments('interfacility')).toEqual([{ event: 'SHIPMENT_CREATED', part: 'supplier' }]);
  });

  it('are refused to an order that has too little for them', () => {
    const enough = { kind: 'COLLECT', pieces: 2, facilities: 2 } as const;
    expect(lifeNames.filter((life) => lifeRefusal(life, enough) !== undefined)).toEqual(
      lifeNames.filter((life) => lifeOf(life).outcome.COLLECT === undefined),
    );
    expect(lifeRefusal('split', { ...enough, pieces: 1 })).toMatch(/2 pieces/);
    expect(lifeRefusal('interfacility', { ...enough, facilities: 1 })).toMatch(/2 facilities/);
    expect(lifeRefusal('no-show', { ...enough, kind: 'DELIVERY' })).toMatch(/DELIVERY/);
    expect([isLifeName('plain'), isLifeName('constructor')]).toEqual([true, false]);
  });
});

describe('random lives', () => {
  const lifeOfOrder = (tenantOrderId: string, seed: number) =>
    liveOrder({ life: 'random', kind: 'DELIVERY', tenantOrderId, options: { seed }, steps: 0 }).record.life;

  it('are chosen by seed and tenantOrderId alone, and all of them come up', () => {
    const ids = Array.from({ length: 400 }, (_, nth) => `order-${nth}`);
    const chosen = ids.map((id) => lifeOfOrder(id, 1));
    expect(
      ids
        .toReversed()
        .map((id) => lifeOfOrder(id, 1))
        .toReversed(),
    ).toEqual(chosen);
    expect(ids.map((id) => lifeOfOrder(id, 2))).not.toEqual(chosen);
    expect(new Set(chosen)).toEqual(new Set(lifeNames.filter((life) => lifeOf(life).outcome.DELIVERY !== undefined)));
  });

  it('are only those that the order can live; an option that it cannot live gives plain', () => {
    const one = { kind: 'DELIVERY', quantities: [1], steps: 0 } as const;
    for (let seed = 0; seed < 100; seed += 1) {
      const { life } = liveOrder({ ...one, life: 'random', options: { seed } }).record;
      expect(lifeRefusal(life, { kind: 'DELIVERY', pieces: 1, facilities: 3 })).toBeUndefined();
    }
    expect(liveOrder({ ...one, life: 'split' }).record.life).toBe('plain');
    expect(liveOrder({ ...one, life: 'no-show' }).record.life).toBe('plain');
  });
});
