import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CheckpointHeader, CheckpointUnreadable, readCheckpoint, writeCheckpoint } from './checkpointFile.ts';
import { createStateEntries } from './stateEntries.ts';

const header: CheckpointHeader = {
  topic: 'shop.fulfillment.orders.v1',
  topicId: 'ab12',
  partitions: 12,
  partition: 3,
  nextOffset: 9_007_199_254_740_993n,
  asOf: 1_000,
  wholeAt: 500,
};

let directory = '';
let file = '';
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'checkpoint-'));
  file = path.join(directory, 'topic', '3.checkpoint');
});
afterEach(() => rm(directory, { recursive: true }));

const someEntries = (count: number, value = 'x'.repeat(500)) => {
  const entries = createStateEntries();
  for (let index = 0; index < count; index++)
    entries.set({ key: `key-${index}`, value: Buffer.from(`${index}${value}`) }, true);
  return entries;
};

async function load() {
  const entries = createStateEntries();
  const found = await readCheckpoint(
    file,
    () => true,
    (piece) => entries.load(piece),
  );
  return { found, entries };
}

describe('a checkpoint', () => {
  it('is read back as it was written, over several pieces', async () => {
    const entries = someEntries(5_000);
    const bytes = await writeCheckpoint(file, header, entries.dump());
    expect((await readFile(file)).length).toBe(bytes);
    const { found, entries: loaded } = await load();
    expect(found).toEqual(header);
    expect([...loaded.list()]).toEqual([...entries.list()]);
    expect(loaded.isOwn('key-1')).toBe(false);
  });

  it('is not there: that is no error', async () => {
    expect((await load()).found).toBeUndefined();
  });

  it('is not read any further when its header is not wanted', async () => {
    await writeCheckpoint(file, header, someEntries(10).dump());
    const pieces: Buffer[] = [];
    expect(
      await readCheckpoint(
        file,
        () => false,
        (piece) => void pieces.push(piece),
      ),
    ).toEqual(header);
    expect(pieces).toEqual([]);
  });

  it('is never taken when any byte of it was changed, added or lost', async () => {
    await writeCheckpoint(file, header, someEntries(30).dump());
    const whole = await readFile(file);
    const damage = fc.oneof(
      fc.record({ at: fc.nat(whole.length - 1), by: fc.integer({ min: 1, max: 255 }) }).map(({ at, by }) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ by;
        return changed;
      }),
      fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((more) => Buffer.concat([whole, more])),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (bytes) => {
        await writeFile(file, bytes);
        await expect(load()).rejects.toThrow(CheckpointUnreadable);
      }),
      { numRuns: 300 },
    );
  });

  it('stays as it was, with nothing beside it, when a new one cannot be written to its end', async () => {
    await writeCheckpoint(file, header, someEntries(10).dump());
    function* failing(): Generator<Buffer> {
      yield Buffer.from([...someEntries(5).dump()][0] ?? []);
      throw new Error('no space left');
    }
    await expect(writeCheckpoint(file, { ...header, nextOffset: 1n }, failing())).rejects.toThrow('no space left');
    expect((await load()).found).toEqual(header);
    expect(await readdir(path.dirname(file))).toEqual(['3.checkpoint']);
  });

  it('is one of them, whole, when several processes write it at the same time', async () => {
    const offsets = [1n, 2n, 3n, 4n, 5n];
    await Promise.all(
      offsets.map((nextOffset) =>
        writeCheckpoint(file, { ...header, nextOffset }, someEntries(2_000, String(nextOffset)).dump()),
      ),
    );
    const { found, entries } = await load();
    expect(entries.get('key-7')?.toString()).toBe(`7${found?.nextOffset}`);
    expect(await readdir(path.dirname(file))).toEqual(['3.checkpoint']);
  });
});
