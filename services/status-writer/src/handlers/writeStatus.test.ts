import { statusPresets } from '@pipeline/fulfillment';
import {
  aFulfillmentEvent,
  aHandoverJob,
  aLedgerEntry,
  aPlacedOrder,
  aPlacement,
  aProviderOrder,
  ORDER_ID,
  someParts,
} from '@pipeline/fulfillment/testkit';
import { PipelineError } from '@pipeline/streams';
import { describe, expect, test, vi } from 'vitest';
import { closed, created, handedOver, picking, placed, ready } from '../testing/inputs.ts';
import { PLACEMENT_WAIT, startWriter } from '../testing/writer.ts';

const lost = () => {
  throw new PipelineError('unknown-outcome', 'platform-timeout', 'no answer');
};
describe('what waits for an order', () => {
  test('becomes one update, with the state on record after it', async () => {
    const { platform, tester, deliver } = startWriter();
    expect(await deliver(placed, created, picking, ready)).toBe('done');
    expect(platform.writes).toHaveLength(1);
    expect(platform.writes[0]?.change).toMatchObject({
      shipmentState: 'Ready',
      fields: { providerOrderId: 'fft-order-1', pickJobId: 'pick-1', shortId: 'A1', handoverJobId: 'handover-1' },
    });
    expect(tester.appends).toHaveLength(1);
    expect(tester.state).toMatchObject({ written: { shipmentState: 'Ready' }, platform: { version: 4 } });
    expect(tester.published).toEqual([]);
  });

  test('is read once; later updates know the version from the last answer', async () => {
    const { platform, deliver } = startWriter();
    await deliver(placed);
    await deliver(picking);
    await deliver(ready);
    expect([platform.reads, platform.writes.length]).toEqual([1, 3]);
    expect(platform.writes.map(({ platform: { version } }) => version)).toEqual([3, 4, 5]);
  });

  test('sends nothing when it changes nothing, and writes no state', async () => {
    const { platform, tester, deliver } = startWriter();
    await deliver(placed, created, ready);
    await deliver(ready, created);
    tester.restart();
    await deliver(placed);
    await deliver(created);
    expect([platform.writes.length, platform.reads, tester.appends.length]).toEqual([1, 1, 1]);
  });

  test('never goes back when an old event comes late', async () => {
    const { platform, deliver } = startWriter();
    await deliver(placed, created, closed, handedOver());
    await deliver(ready, picking);
    expect(platform.writes.map(({ change }) => change.shipmentState)).toEqual(['Shipped']);
    expect(platform.order?.shipmentState).toBe('Shipped');
  });

  test('goes back when the handover is reverted and the shop still shows what we wrote', async () => {
    const { platform, tester, deliver } = startWriter();
    await deliver(placed, created, closed, handedOver());
    await deliver(aFulfillmentEvent({ handoverJob: aHandoverJob({ version: 3 }) }));
    expect(platform.order?.shipmentState).toBe('Ready');
    expect(tester.state?.reopened).toBe(1);
  });

  test('is the skip of an order that nobody fulfils: nothing is called', async () => {
    const { platform, tester, deliver } = startWriter();
    const skipped = aPlacement({ status: 'skipped', providerOrderId: null, processId: null });
    await deliver(aLedgerEntry({ placements: [skipped] }));
    expect([platform.reads, tester.effects]).toEqual([0, []]);
  });
});

describe('an order that somebody else changes', () => {
  test('is read again after a conflict and computed anew', async () => {
    const { platform, observed, tester, deliver } = startWriter();
    await deliver(placed);
    platform.change({});
    await deliver(ready);
    expect(platform.order?.shipmentState).toBe('Ready');
    expect([platform.reads, platform.writes.length, tester.retries.length]).toEqual([2, 2, 0]);
    expect(observed).toEqual(['written fields', 'conflict', 'written Ready']);
  });

  test('is not written when it shows after the conflict what was wanted', async () => {
    const { platform, deliver } = startWriter();
    await deliver(placed, created, picking, ready);
    const items = [{ lineId: 'line-1', quantity: 1 }];
    platform.change({
      shipmentState: 'Shipped',
      parts: someParts({ deliveries: [{ key: 'pick-1', items, parcels: [] }] }),
    });
    await deliver(closed, handedOver());
    expect(platform.writes).toHaveLength(1);
  });

  test('stays Canceled when they cancelled it', async () => {
    const { platform, deliver } = startWriter();
    await deliver(placed);
    platform.change({ shipmentState: 'Canceled' });
    await deliver(created, ready);
    expect(platform.order?.shipmentState).toBe('Canceled');
    expect(platform.order?.fields.handoverJobId).toBe('handover-1');
  });

  test('all the time lets the key wait, and nothing is lost', async () => {
    const { platform, tester, deliver } = startWriter();
    await deliver(placed);
    platform.mishaps.push(...Array.from({ length: 8 }, () => () => platform.change({})));
    expect(await deliver(ready)).toBe('done');
    expect(tester.retries.map(({ errorClass }) => errorClass)).toEqual(['conflict']);
    expect(platform.order?.shipmentState).toBe('Ready');
    expect(tester.letters).toEqual([]);
  });
});

describe('an update whose outcome is not known', () => {
  test('is not repeated when it came through', async () => {
    const { platform, tester, deliver } = startWriter();
    await deliver(placed);
    platform.mishaps.push(() => {
      platform.change({ shipmentState: 'Ready' });
      if (platform.order) platform.order.fields = { ...platform.order.fields, handoverJobId: 'handover-1' };
      lost();
    });
    await deliver(ready);
    expect(platform.writes).toHaveLength(1);
    expect(tester.state?.written?.shipmentState).toBe('Ready');
  });

  test('is written when it did not', async () => {
    const { platform, deliver } = startWriter();
    await deliver(placed);
    platform.mishaps.push(lost);
    await deliver(ready);
    expect([platform.order?.shipmentState, platform.writes.length]).toEqual(['Ready', 2]);
  });

  test('for a crash before the state was on record is found out, not written twice', async () => {
    const { platform, tester, deliver } = startWriter();
    await deliver(placed);
    tester.loseNextAppend('not-committed');
    await deliver(ready);
    expect(platform.writes).toHaveLength(2);
    expect(tester.state).toMatchObject({ written: { shipmentState: 'Ready' }, platform: { version: 5 } });
  });

  test('for a crash after the very first update neither', async () => {
    const { platform, tester, deliver } = startWriter();
    tester.loseNextAppend('not-committed');
    await deliver(placed, ready);
    expect(platform.writes).toHaveLength(1);
    expect(tester.state?.written?.handoverJobId).toBe('handover-1');
  });

  test.each([
    ['the read after it failed', 'unknown-outcome'],
    ['nothing was read after it', 'throttled'],
  ] as const)('is looked after although a new event has taken back what was sent and %s', async (_, errorClass) => {
    const { platform, tester, deliver } = startWriter();
    await deliver(placed, created, closed, ready);
    platform.mishaps.push(() => {
      const write = { orderId: ORDER_ID, change: { shipmentState: 'Shipped', fields: {} } } as const;
      platform.apply({
        ...write,
        platform: { version: 0, shipmentState: null, customTypeId: null, gone: false, parts: null },
      });
      if (errorClass === 'unknown-outcome') platform.failures.push(new PipelineError('transient', 'no-answer', 'none'));
      throw new PipelineError(errorClass, 'OverCapacity', 'wait');
    });
    const shipped = tester.message(handedOver());
    await expect(tester.call(shipped)).rejects.toThrow();
    expect(platform.order?.shipmentState).toBe('Shipped');

    const reverted = aFulfillmentEvent({ handoverJob: aHandoverJob({ version: 3 }) });
    await tester.deliver(shipped, tester.message(reverted));

    expect(platform.order?.shipmentState).toBe('Ready');
    expect(tester.state?.written?.shipmentState).toBe('Ready');
  });

  test('is not sent again, however long it cannot be read what became of it', async () => {
    const { platform, tester, deliver } = startWriter();
    await deliver(placed);
    const down = () => new PipelineError('transient', 'platform-down', 'down');
    platform.mishaps.push(() => {
      const write = { orderId: ORDER_ID, change: { shipmentState: 'Ready', fields: {} } } as const;
      platform.apply({
        ...write,
        platform: { version: 0, shipmentState: null, customTypeId: null, gone: false, parts: null },
      });
      platform.failures.push(down(), down(), down());
      lost();
    });
    const writeStatus = vi.spyOn(platform, 'writeStatus');
    await deliver(ready);
    expect([platform.failures.length, tester.retries.length]).toEqual([0, 3]);
    // The second brings what the lost one had not.
    expect(
      writeStatus.mock.calls.map(
        ([
          {
            platform: { version },
            change,
          },
        ]) => [version, change.shipmentState],
      ),
    ).toEqual([
      [4, 'Ready'],
      [5, null],
    ]);
  });

  test('because the shop is down is tried until it is back, with nothing on record before', async () => {
    const { platform, tester, observed, deliver } = startWriter();
    await deliver(placed);
    const down = () => {
      throw new PipelineError('transient', 'platform-down', 'down', { notSent: true });
    };
    platform.mishaps.push(down, down, down);
    await deliver(ready);
    expect([tester.retries.length, tester.appends.length]).toEqual([3, 2]);
    expect(observed).toEqual(['written fields', 'written Ready']);
  });
});

describe('an order that was deleted', () => {
  test.each(['before', 'during'] as const)('is noted and left alone from then on: %s', async (when) => {
    const { platform, tester, observed, deliver } = startWriter();
    if (when === 'during') platform.mishaps.push(() => (platform.order = undefined));
    else platform.order = undefined;
    expect(await deliver(placed)).toBe('done');
    const calls = tester.effects.length;
    await deliver(ready);
    expect(tester.effects).toHaveLength(calls);
    expect(tester.state?.platform?.gone).toBe(true);
    expect(observed).toEqual(['gone']);
    expect(tester.letters).toEqual([]);
  });
});

describe('an order whose placement the ledger has not told', () => {
  test('is not written before it tells', async () => {
    const { platform, clock, atProvider, waiting, tester, deliver } = startWriter();
    await expect(tester.call(tester.message(ready))).rejects.toThrow('not placed yet');
    expect([platform.reads, tester.effects, waiting.count()]).toEqual([0, [], 1]);
    const begin = clock.now().monotonic;
    await deliver(ready, placed);
    expect(clock.now().monotonic).toBe(begin);
    expect([platform.order?.shipmentState, atProvider.reads]).toEqual(['Ready', 0]);
  });

  test('is confirmed by one read of the provider’s order after a while', async () => {
    const { platform, clock, atProvider, waiting, tester, deliver } = startWriter();
    const begin = clock.now().monotonic;
    await deliver(created, ready);
    expect(clock.now().monotonic - begin).toBeGreaterThanOrEqual(PLACEMENT_WAIT);
    expect([platform.order?.shipmentState, atProvider.reads, waiting.count()]).toEqual(['Ready', 1, 0]);
    expect(tester.state?.placement).toMatchObject({ providerOrderId: 'fft-order-1', attempt: 0 });
    await deliver(closed, handedOver());
    expect([platform.order?.shipmentState, atProvider.reads]).toEqual(['Shipped', 1]);
  });

  test.each([
    ['carries another order’s id', aPlacedOrder({ orderId: 'another' })],
    ['is of another project', aPlacedOrder({ projectKey: 'another' })],
    ['is not there', undefined],
  ])('is never written when the provider’s order %s: a webhook’s word is no proof', async (_, order) => {
    const { platform, atProvider, observed, tester, deliver } = startWriter();
    atProvider.order = order;
    expect(await deliver(created, ready)).toBe('done');
    expect([platform.reads, tester.effects, observed]).toEqual([0, [], ['unconfirmed']]);
    await deliver(placed);
    expect(platform.order?.shipmentState).toBe('Ready');
  });

  test('is not written on the word of a job alone', async () => {
    const { atProvider, observed, tester, deliver } = startWriter();
    await deliver(ready);
    expect([atProvider.reads, tester.effects, observed]).toEqual([0, [], ['unconfirmed']]);
  });
});

test('an event of another provider order of the same order is kept, counted and never shown', async () => {
  const { platform, observed, deliver } = startWriter();
  await deliver(placed);
  const other = aProviderOrder({ id: 'fft-order-2' });
  await deliver(
    aFulfillmentEvent({ processId: 'process-2', order: other }),
    aFulfillmentEvent({ processId: 'process-2', handoverJob: aHandoverJob({ id: 'handover-2' }) }),
  );
  expect(platform.order?.shipmentState).toBeNull();
  expect(observed).toEqual(['written fields', 'superseded', 'superseded', 'alert duplicate-order']);
});

test('what is told to the observer is told once, however often the update is tried', async () => {
  const { platform, observed, tester, deliver } = startWriter();
  await deliver(placed);
  platform.mishaps.push(
    ...Array.from({ length: 3 }, () => () => {
      throw new PipelineError('transient', 'platform-down', 'down', { notSent: true });
    }),
  );
  const other = aProviderOrder({ id: 'fft-order-2' });
  await deliver(ready, aFulfillmentEvent({ processId: 'process-2', order: other }));
  expect(tester.retries).toHaveLength(3);
  expect(observed).toEqual(['written fields', 'written Ready', 'superseded', 'alert duplicate-order']);
});

test('with the connector’s preset click & collect ends as Shipped and a cancel is not shown', async () => {
  const { platform, deliver } = startWriter({ policy: statusPresets.connector });
  const cancelled = aProviderOrder({ version: 2, status: 'CANCELLED', cancellation: 'CANCELLED' });
  await deliver(placed, aFulfillmentEvent({ order: cancelled }));
  expect(platform.order?.shipmentState).toBeNull();
});
