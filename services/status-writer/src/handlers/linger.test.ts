import { CallAgain } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { closed, created, handedOver, picking, placed, ready } from '../testing/inputs.ts';
import { startWriter } from '../testing/writer.ts';

const LINGER = 2_000;

test('the first event waits for others, and all that came meanwhile is one update', async () => {
  const { platform, clock, tester } = startWriter({ lingerMs: LINGER });
  const first = tester.message(placed);
  await expect(tester.call(first)).rejects.toThrow(CallAgain);
  expect([platform.reads, tester.effects]).toEqual([0, []]);
  const begin = clock.now().monotonic;
  await tester.deliver(first, ...[created, picking, ready, closed, handedOver()].map((input) => tester.message(input)));
  expect(clock.now().monotonic - begin).toBe(LINGER);
  expect(platform.writes.map(({ change }) => change.shipmentState)).toEqual(['Shipped']);
});

test('what changes nothing waits for nobody, and without the setting nothing waits', async () => {
  const lingering = startWriter({ lingerMs: LINGER });
  await lingering.deliver(placed, ready);
  const begin = lingering.clock.now().monotonic;
  await lingering.deliver(ready);
  expect(lingering.clock.now().monotonic).toBe(begin);

  const { clock, deliver, platform } = startWriter();
  const start = clock.now().monotonic;
  await deliver(placed, ready);
  expect([clock.now().monotonic, platform.writes.length]).toEqual([start, 1]);
});
