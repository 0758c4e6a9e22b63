import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOffsetTracker } from './offsetTracker.ts';

describe('offset tracker', () => {
  it('has nothing to commit before anything arrives', () => {
    expect(createOffsetTracker().committable).toBeUndefined();
  });

  it('commits below the lowest unfinished message, never what was only seen', () => {
    const tracker = createOffsetTracker();
    for (const offset of [5n, 6n, 7n]) tracker.start(offset, 10, 0);
    tracker.finish(6n);
    tracker.finish(7n);
    expect(tracker.committable).toBe(5n);
    tracker.finish(5n);
    expect(tracker.committable).toBe(8n);
  });

  it('recognises what comes again after a rejoin, finished or not', () => {
    const tracker = createOffsetTracker();
    tracker.start(1n, 1, 0);
    tracker.start(2n, 1, 0);
    tracker.finish(1n);
    expect(tracker.start(1n, 1, 0)).toBe(false);
    expect(tracker.start(2n, 1, 0)).toBe(false);
    expect(tracker.start(3n, 1, 0)).toBe(true);
  });

  it('holds for any order of finishing: everything below the committable offset is finished, the offset itself is not', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.bigInt(0n, 500n), { minLength: 1 }),
        fc.infiniteStream(fc.nat()),
        (offsets, picks) => {
          const ascending = [...offsets].sort((a, b) => (a < b ? -1 : 1));
          const tracker = createOffsetTracker();
          const open = new Set(ascending);
          for (const offset of ascending) tracker.start(offset, 1, Number(offset));
          while (open.size > 0) {
            const remaining = [...open];
            const chosen = remaining[(picks.next().value as number) % remaining.length] as bigint;
            tracker.finish(chosen);
            open.delete(chosen);
            const committable = tracker.committable as bigint;
            const lowest = [...open].sort((a, b) => (a < b ? -1 : 1))[0];
            expect(committable).toBe(lowest ?? (ascending.at(-1) as bigint) + 1n);
            expect(tracker.unfinished).toBe(open.size);
            expect(tracker.unfinishedBytes).toBe(open.size);
            expect(tracker.oldestUnfinishedAt).toBe(lowest === undefined ? undefined : Number(lowest));
          }
        },
      ),
    );
  });
});
