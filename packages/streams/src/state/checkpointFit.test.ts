import { describe, expect, it } from 'vitest';
import { whyUnfit } from './checkpointFit.ts';

const HOUR = 3_600_000;
const now = 1_000 * HOUR;
const header = {
  ...{ topic: 't', topicId: 'a', partition: 3, partitions: 12 },
  ...{ nextOffset: 50n, asOf: now - HOUR, wholeAt: now - 2 * HOUR },
};
const log = {
  topic: 't',
  topicId: 'a',
  partition: 3,
  partitions: 12,
  low: 10n,
  high: 60n,
  deleteRetentionMs: 168 * HOUR,
};

describe('a checkpoint', () => {
  it('fits to the log that it was made of, up to both ends of it', () => {
    expect(whyUnfit(header, log, now)).toBeUndefined();
    expect(whyUnfit({ ...header, nextOffset: 10n }, log, now)).toBeUndefined();
    expect(whyUnfit({ ...header, nextOffset: 60n }, log, now)).toBeUndefined();
  });

  it.each([
    ['another topic', { topic: 'other' }, {}, 'partition 3 of other'],
    ['another partition', { partition: 4 }, {}, 'partition 4 of t'],
    ['a topic that was created anew', {}, { topicId: 'b' }, 'created anew'],
    ['a topic that grew', {}, { partitions: 24 }, 'another number of partitions (12)'],
    ['a version that did not look', { partitions: undefined }, {}, 'not known'],
    ['a log that lost what comes next', { nextOffset: 9n }, {}, 'begins at offset 10'],
    ['a log that was cut', { nextOffset: 61n }, {}, 'ends at offset 60'],
    ['a time when deletions may be forgotten', { asOf: now - 84 * HOUR - 1 }, {}, '84.0 h old'],
    ['the same, by the topic’s own setting', {}, { deleteRetentionMs: 2 * HOUR - 2 }, 'half of delete.retention.ms'],
    ['the future', { asOf: now + HOUR }, {}, 'future'],
    ['no time', { asOf: Number.NaN }, {}, 'future'],
    ['a chain of checkpoints that is too long', { wholeAt: now - 168 * HOUR - 1 }, {}, 'from the beginning'],
    ['a chain of unknown age', { wholeAt: Number.NaN }, {}, 'from the beginning'],
  ])('is discarded when it is of %s', (_what, header_, log_, reason) => {
    expect(whyUnfit({ ...header, ...header_ }, { ...log, ...log_ }, now)).toContain(reason);
  });

  it('is taken when the clock of the other machine was a little ahead', () => {
    expect(whyUnfit({ ...header, asOf: now + 60_000 }, log, now)).toBeUndefined();
  });
});
