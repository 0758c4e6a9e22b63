import { describe, expect, it } from 'vitest';
import { startOffset } from './startOffset.ts';
import { encodeCommitMetadata } from '../commitMetadata.ts';
import { checkCompacted, checkStatePartition, commonPartitionCount, type StatePartition } from './topicChecks.ts';
import type { PartitionOffsets } from './topicFacts.ts';

type Commit = Pick<PartitionOffsets, 'committed' | 'metadata'>;
const none: Commit = { committed: undefined, metadata: null };
const byTool = (committed: bigint): Commit => ({ committed, metadata: 'm1:' });
const commitOf = (partitions: number): Commit => ({
  committed: 5n,
  metadata: encodeCommitMetadata({ from: 5n, until: 5n, unfinished: [] }, partitions),
});
const byPartition = (values: readonly Partial<PartitionOffsets>[]) =>
  new Map(values.map((value, partition) => [partition, { low: 0n, high: 10n, ...none, ...value }] as const));

/** Of two partitions the second is to be opened. */
const check =
  ({ ledger = {}, orders = byTool(5n), replay = none, ...changes }: Partial<StatePartition> & Partitions) =>
  () =>
    checkStatePartition({
      ...{ stateTopic: 'ledger', sources: ['orders', 'replay'], partition: 1, partitions: 2, policy: 'compact' },
      offsets: new Map([
        ['ledger', byPartition([ledger, ledger])],
        ['orders', byPartition([none, orders])],
        ['replay', byPartition([none, replay])],
      ]),
      acceptEmptyState: false,
      ...changes,
    });

interface Partitions {
  readonly ledger?: Partial<PartitionOffsets>;
  readonly orders?: Commit;
  readonly replay?: Commit;
}

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

it('refuses a state partition that was never written although the group has commits, unless that is accepted', () => {
  const ledger = { high: 0n };
  expect(check({ ledger })).toThrow(expect.objectContaining({ errorClass: 'permanent', code: 'state-empty' }));
  expect(check({ ledger })).toThrow(
    /Partition 1 of state topic ledger is empty.*offset 5 of orders.*ACCEPT_EMPTY_STATE/,
  );
  expect(check({ ledger, acceptEmptyState: true })).not.toThrow();
});

it('refuses a compacted state partition without its beginning, but not one that is deleted by age as well', () => {
  expect(check({ ledger: { low: 4n } })).toThrow(expect.objectContaining({ code: 'state-truncated' }));
  expect(check({ ledger: { low: 4n }, policy: 'compact,delete' })).not.toThrow();
  expect(check({ ledger: { low: 10n, high: 10n }, policy: 'compact,delete' })).not.toThrow();
});

it('takes an empty state partition of a group that has committed nothing', () => {
  expect(check({ ledger: { high: 0n }, orders: none, replay: byTool(0n) })).not.toThrow();
});

it('finds the commit whichever of the sources has it', () => {
  expect(check({ ledger: { high: 0n }, orders: none, replay: byTool(7n) })).toThrow(/offset 7 of replay/);
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

describe('topics to which partitions were added', () => {
  /** The last of them is to be opened; `ledger`: how many records of each. */
  const open =
    (commits: readonly Commit[], ledger = commits.map(() => 10n), changes: Partial<StatePartition> = {}) =>
    () =>
      checkStatePartition({
        ...{ stateTopic: 'ledger', sources: ['orders'], partition: commits.length - 1, partitions: commits.length },
        ...{ policy: 'compact', acceptEmptyState: false },
        offsets: new Map([
          ['ledger', byPartition(ledger.map((high) => ({ high })))],
          ['orders', byPartition(commits)],
        ]),
        ...changes,
      });
  const refusal = (message: RegExp) =>
    expect.objectContaining({
      ...{ errorClass: 'permanent', code: 'partitions-added' },
      message: expect.stringMatching(message),
    });

  it('are refused when the group has committed with another number, or this process began with one', () => {
    expect(open([commitOf(3), none, byTool(5n)])).not.toThrow();
    expect(open([commitOf(2), none, none])).toThrow(refusal(/orders has 3 .*had 2 when the group/));
    expect(open([commitOf(2), none, none], [1n, 1n, 0n], { acceptEmptyState: true })).toThrow(refusal(/had 2/));
    expect(open([none, none, none], undefined, { partitions: 2 })).toThrow(refusal(/had 2 when this process/));
  });

  it('are refused when nobody knows, and the one to be opened was never written although others were', () => {
    const added = [10n, 10n, 0n];
    expect(open([none, byTool(5n), none], added)).toThrow(refusal(/orders has 3 .*never opened.*GROUP_PREFIX/));
    // Set back by a tool in all of them: not even accepting an empty state is the way out that is told.
    expect(open([byTool(5n), byTool(5n), byTool(5n)], added)).toThrow(refusal(/never opened/));
    expect(open([none, byTool(5n), none], added, { acceptEmptyState: true })).not.toThrow();
  });

  it('are none where the group has committed nothing, with this number, or nothing was ever written', () => {
    const fresh = [10n, 10n, 0n];
    expect(open([none, byTool(0n), none], fresh)).not.toThrow();
    expect(open([commitOf(3), byTool(5n), none], fresh)).not.toThrow();
    expect(open([byTool(5n), none, none], [0n, 0n, 0n])).not.toThrow();
  });
});
