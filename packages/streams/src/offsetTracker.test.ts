import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeOffsetMap, encodeOffsetMap, type OffsetMap } from './offsetMap.ts';
import { createOffsetTracker } from './offsetTracker.ts';

describe('offset tracker', () => {
  it('has nothing to commit before anything arrives', () => {
    expect(createOffsetTracker().finished).toBeUndefined();
  });

  it('commits below the lowest unfinished message, never what was only seen', () => {
    const tracker = createOffsetTracker();
    for (const offset of [5n, 6n, 7n]) tracker.start(offset, 10, 0);
    tracker.finish(6n);
    tracker.finish(7n);
    expect(tracker.finished?.from).toBe(5n);
    tracker.finish(5n);
    expect(tracker.finished?.from).toBe(8n);
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

  it('does not do again what an earlier owner has finished above its commit, and hands on what it has not seen yet', () => {
    const tracker = createOffsetTracker();
    tracker.resume({ from: 5n, until: 9n, unfinished: [5n, 7n] });
    expect(tracker.finished).toBeUndefined();
    expect([tracker.start(5n, 1, 0), tracker.start(6n, 1, 0)]).toEqual([true, false]);
    expect(tracker.finished).toEqual({ from: 5n, until: 9n, unfinished: [5n, 7n] });
    tracker.finish(5n);
    expect(tracker.finished).toEqual({ from: 7n, until: 9n, unfinished: [7n] });
    expect([tracker.start(7n, 1, 0), tracker.start(8n, 1, 0), tracker.start(9n, 1, 0)]).toEqual([true, false, true]);
    expect(tracker.finished).toEqual({ from: 7n, until: 10n, unfinished: [7n, 9n] });
  });

  it('does every message once over any number of owners, each of which stops at any moment', () => {
    const steps = fc.array(fc.record({ arrive: fc.nat(20), finish: fc.array(fc.nat(), { maxLength: 20 }) }));
    fc.assert(
      fc.property(steps, fc.nat(60), (owners, count) => {
        const done = new Map<bigint, number>();
        let committed = 0n;
        let map: OffsetMap | undefined;
        for (const { arrive, finish } of owners) {
          const tracker = createOffsetTracker();
          if (map) tracker.resume(map);
          const mine: bigint[] = [];
          for (let offset = committed; offset < Math.min(count, Number(committed) + arrive); offset++)
            if (tracker.start(offset, 1, 0)) mine.push(offset);
          for (const pick of finish) {
            const [offset] = mine.length > 0 ? mine.splice(pick % mine.length, 1) : [];
            if (offset === undefined) continue;
            tracker.finish(offset);
            done.set(offset, (done.get(offset) ?? 0) + 1);
          }
          if (!tracker.finished) continue;
          committed = tracker.finished.from;
          map = decodeOffsetMap(encodeOffsetMap(tracker.finished), committed);
        }
        for (let offset = 0n; offset < committed; offset++) expect(done.get(offset)).toBe(1);
        expect([...done.values()].every((times) => times === 1)).toBe(true);
      }),
    );
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
            const committable = tracker.finished?.from as bigint;
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
