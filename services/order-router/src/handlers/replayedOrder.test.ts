import { NOON } from '@pipeline/fulfillment/testkit';
import { replayHeaders } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { confirmed, gate, startRouter, theOrder } from '../testing/router.ts';

const headers = {
  ...replayHeaders({ headers: { origin: 'live', 'redrive-id': 'R' }, offset: 1n, timestamp: NOON }, 'replay-1'),
};
const before = confirmed({ occurredAt: gate.placeConfirmedSince - 1_000 });

test('a replayed order that the ledger does not know goes through the gate: history is not placed', async () => {
  const { tester, provider, deliver, observed } = startRouter();
  expect(await deliver(before, headers)).toBe('done');
  expect(tester.state?.placements).toMatchObject([{ status: 'skipped', reason: 'before-activation' }]);
  expect(await deliver(before, headers)).toBe('done');
  expect(observed.at(-1)).toContain('already-judged');
  expect(provider.requests).toEqual([]);
});

test('a replayed order that the ledger does not know is placed when the gate lets it, once', async () => {
  const { tester, provider, deliver } = startRouter();
  await deliver(confirmed(), headers);
  tester.restart();
  await deliver(confirmed(), headers);
  expect(provider.requests).toHaveLength(1);
});

test('a confirmation that comes late is placed, though a catch-up of orders took its creation for it and skipped it', async () => {
  const { provider, shop, deliver, tester } = startRouter();
  shop.order = theOrder({ version: 7 });
  await deliver(confirmed({ occurredAt: before.occurredAt, orderVersion: 7, order: shop.order }), {
    origin: 'catch-up',
  });
  expect(tester.state?.placements).toMatchObject([{ status: 'skipped', reason: 'before-activation', orderVersion: 7 }]);
  await deliver(confirmed({ orderVersion: 6, order: theOrder({ version: 6 }) }));
  expect(provider.requests).toHaveLength(1);
});

test('a backfill judges again what was skipped, by the settings of now', async () => {
  const exclude = { ...gate.exclude, stores: ['berlin'] };
  const inBerlin = confirmed({ order: theOrder({ storeKey: 'berlin' }) });
  const policy: { -readonly [Name in keyof typeof gate]: (typeof gate)[Name] } = { ...gate, exclude };
  const { tester, provider, deliver } = startRouter({ gate: policy });
  await deliver(inBerlin);
  await deliver(inBerlin, { origin: 'backfill' });
  expect(tester.state?.placements).toMatchObject([{ status: 'skipped', reason: 'excluded:store' }]);
  policy.exclude = gate.exclude;
  await deliver(inBerlin, headers);
  expect(provider.requests).toHaveLength(0);
  await deliver(inBerlin, { origin: 'backfill' });
  await deliver(inBerlin, { origin: 'backfill' });
  expect(provider.requests).toHaveLength(1);
});

test('a replay does not try again what the vendor refused, also not with a message that was redriven', async () => {
  const { tester, provider, deliver, status } = startRouter();
  provider.script.push('refused');
  await deliver();
  expect(status()).toBe('rejected');
  const { reads } = tester;
  await deliver(confirmed(), headers);
  expect(status()).toBe('rejected');
  expect(provider.requests).toHaveLength(1);
  expect(tester.reads).toBe(reads);
});
