import { expect, test } from 'vitest';
import { toReplay } from './arguments.ts';
import { describeCopied, describeReplay } from './describe.ts';
import type { ReplayPlan } from './plan.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const selection = toReplay(['--source', 'commerce.orders', '--since', '1h', '--run', 'b'], NOW);

const describePlan = (count: number, { open, copied = 0 }: { open?: number; copied?: number } = {}) => {
  const partition = { partition: 0, from: 0n, to: BigInt(count), next: 0n, count };
  const plan: ReplayPlan = { replayId: 'R', partitions: [partition], count, copied };
  return describeReplay(plan, selection, { nameOf: ({ name }) => name, open }).join('\n');
};

test('the command at the end is for the same replay, although it was asked for by how long ago', () => {
  expect(describeCopied(7, selection)).toMatch(
    /^7 copied\. .*npm run ops -- replay --source commerce\.orders --since 2026-11-21T11:00:00\.000Z --until 2026-11-21T12:00:00\.000Z --run b --dry-run$/,
  );
});

test('how many messages of the lane are left is said, also that none is, unless it is not known', () => {
  expect(describePlan(1, { open: 0 })).toContain('order-router has done all that is in the lane: 0 left.');
  expect(describePlan(1, { open: 1 })).toContain('order-router has 1 message of the lane still to do.');
  expect(describePlan(1)).not.toMatch(/0 left|still to do/);
});

test('one message is one message', () => {
  const one = describePlan(1, { copied: 1 });
  expect(one).toContain('  partition 0: 1 message, offsets');
  expect(one).toContain('At most 1 message to copy; 1 is in the lane already.');
  expect(describePlan(2)).toContain('At most 2 messages to copy.');
});
