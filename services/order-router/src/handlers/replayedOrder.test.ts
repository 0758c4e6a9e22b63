import { NOON } from '@pipeline/fulfillment/testkit';
import { replayHeaders } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { confirmed, gate, startRouter } from '../testing/router.ts';

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
