import { expect, it } from 'vitest';
import { startOffset } from './startOffset.ts';
import { encodeCommitMetadata } from '../commitMetadata.ts';
import {
  checkCompacted,
  checkPartitioning,
  checkStateComplete,
  commonPartitionCount,
  type StatePartition,
} from './topicChecks.ts';

const aPartition: StatePartition = {
  topic: 'ledger',
  partition: 3,
  policy: 'compact',
  low: 0n,
  high: 10n,
  committed: new Map([['orders', 5n]]),
};
const check = (changes: Partial<StatePartition>) => () => checkStateComplete({ ...aPartition, ...changes });

it('tells how many partitions topics have that agree, and names those that do not exist before those that differ', () => {
  expect(
    commonPartitionCount(
      new Map([
        ['a', 12],
        ['b', 12],
      ]),
    ),
  ).toBe(12);
  const different = () =>
    commonPartitionCount(
      new Map([
        ['a', 12],
        ['b', 6],
      ]),
    );
  expect(different).toThrow(
    expect.objectContaining({ code: 'partition-counts-differ', message: expect.stringContaining('a: 12, b: 6') }),
  );
  const missing = () =>
    commonPartitionCount(
      new Map([
        ['a', 12],
        ['b', 6],
        ['c', 0],
      ]),
    );
  expect(missing).toThrow(expect.objectContaining({ code: 'topic-missing', message: expect.stringMatching(/of c:/) }));
});

it('takes state topics that are compacted, also those that are deleted by age beside that', () => {
  checkCompacted('ledger', 'compact');
  checkCompacted('states', 'compact,delete');
  expect(() => checkCompacted('ledger', 'delete')).toThrow(expect.objectContaining({ code: 'state-not-compacted' }));
});

it('refuses a state partition that was never written although the group has commits', () => {
  expect(check({ high: 0n })).toThrow(expect.objectContaining({ code: 'state-empty' }));
  expect(check({ high: 0n })).toThrow(
    /Partition 3 of state topic ledger is empty.*offset 5 of orders.*ACCEPT_EMPTY_STATE/,
  );
});

it('refuses a compacted state partition without its beginning, but not one that is deleted by age as well', () => {
  expect(check({ low: 4n })).toThrow(expect.objectContaining({ code: 'state-truncated' }));
  expect(check({ low: 4n, policy: 'compact,delete' })).not.toThrow();
  expect(check({ low: 10n, high: 10n, policy: 'compact,delete' })).not.toThrow();
});

it('takes an empty state partition of a group that has committed nothing', () => {
  expect(check({ high: 0n, committed: new Map() })).not.toThrow();
  expect(
    check({
      high: 0n,
      committed: new Map([
        ['orders', -1n],
        ['replay', 0n],
      ]),
    }),
  ).not.toThrow();
});

it('finds the commit whichever of the sources has it', () => {
  const committed = new Map([
    ['orders', -1n],
    ['replay', 7n],
  ]);
  expect(check({ high: 0n, committed })).toThrow(/offset 7 of replay/);
});

it('starts at the commit, or at the first message when there is none', () => {
  const at = { topic: 'orders', partition: 1, low: 5n, high: 20n, metadata: null };
  expect(startOffset({ ...at, committed: 12n })).toEqual({ offset: 12n });
  expect(startOffset({ ...at, committed: 20n })).toEqual({ offset: 20n });
  expect(startOffset({ ...at, committed: undefined })).toEqual({ offset: 5n });
});

it('says what was lost when the topic no longer reaches the commit', () => {
  const at = { topic: 'orders', partition: 1, low: 5n, high: 20n, metadata: null };
  const expired = startOffset({ ...at, committed: 2n });
  expect(expired).toMatchObject({ offset: 5n, problem: { code: 'offset-out-of-range' } });
  expect(expired.problem?.message).toMatch(/^3 messages of partition 1 of orders were deleted/);
  expect(startOffset({ ...at, committed: 21n })).toMatchObject({
    offset: 5n,
    problem: { message: expect.stringMatching(/^Partition 1 of orders ends at 20/) },
  });
});

it('refuses topics that had another number of partitions when something was committed', () => {
  const commitOf = (partitions: number) => ({
    committed: 5n,
    metadata: encodeCommitMetadata({ from: 5n, until: 5n, unfinished: [] }, partitions),
  });
  const none = { committed: undefined, metadata: null };
  const byTool = { committed: 5n, metadata: 'm1:' };
  const check =
    (commits: readonly (typeof none | typeof byTool)[], { isNew = false, partitions = commits.length } = {}) =>
    () =>
      checkPartitioning({ topic: 'orders', commits: new Map(commits.entries()), partitions, isNew });
  const refusal = (message: RegExp) =>
    expect.objectContaining({ code: 'partitions-added', message: expect.stringMatching(message) });
  expect(check([none, none], { isNew: true })).not.toThrow();
  expect(check([commitOf(3), none, byTool])).not.toThrow();
  expect(check([commitOf(3), none, none], { isNew: true })).not.toThrow();
  expect(check([commitOf(2), none, none])).toThrow(refusal(/orders has 3 .*had 2 when the group/));
  expect(check([none, byTool, none], { isNew: true })).toThrow(refusal(/orders has 3 .*never opened/));
  expect(check([none, { ...byTool, committed: 0n }, none], { isNew: true })).not.toThrow();
  expect(check([none, none, none], { partitions: 2 })).toThrow(refusal(/orders has 3 .*had 2 when this process/));
});
