import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { readCheckpoint, writeCheckpoint } from '../../../packages/streams/src/state/checkpointFile.ts';
import { createStateEntries } from '../../../packages/streams/src/state/stateEntries.ts';
import { recordsIn, keyOf, valueOf, writeRecord, sizeOf } from '../../../packages/streams/src/state/record.ts';
import type { OpenPartition } from './candidate.ts';

/** What the engine had first: a Map of Buffers. */
export const openMap: OpenPartition = (path) => {
  const entries = new Map<string, { key: string; value: Buffer }>();
  if (existsSync(path)) {
    const bytes = readFileSync(path);
    for (const at of recordsIn(bytes)) {
      const key = keyOf(bytes, at).toString();
      entries.set(key, { key, value: Buffer.from(valueOf(bytes, at)) });
    }
  }
  return {
    fill(batch) {
      for (const { key, value } of batch) entries.set(key, { key, value: Buffer.from(value) });
    },
    set: ({ key, value }) => void entries.set(key, { key, value: Buffer.from(value) }),
    get: (key) => entries.get(key)?.value,
    close() {
      write(path, dump());
    },
  };

  function* dump(): Generator<Buffer> {
    for (const { key, value } of entries.values()) {
      const record = { key: Buffer.from(key), headers: Buffer.alloc(0), value, own: false };
      const bytes = Buffer.alloc(sizeOf(record));
      writeRecord(bytes, 0, record);
      yield bytes;
    }
  }
};

const SLAB_BYTES = 1_024 * 1_024;

/** Keys as strings in a Map, values one after another in slabs. No space is won back: it is measured as it is at best. */
export const openMapOfSlabs: OpenPartition = (path) => {
  const addresses = new Map<string, number>();
  const slabs: Buffer[] = [];
  let used = SLAB_BYTES;
  const set = (key: string, value: Buffer): void => {
    if (used + value.length + 4 > SLAB_BYTES) {
      slabs.push(Buffer.allocUnsafeSlow(SLAB_BYTES));
      used = 0;
    }
    const slab = slabs.at(-1);
    if (!slab) return;
    addresses.set(key, (slabs.length - 1) * SLAB_BYTES + used);
    slab.writeUInt32LE(value.length, used);
    used += 4 + value.copy(slab, used + 4);
  };
  const get = (key: string): Buffer | undefined => {
    const address = addresses.get(key);
    if (address === undefined) return undefined;
    const slab = slabs[Math.floor(address / SLAB_BYTES)];
    const at = address % SLAB_BYTES;
    return slab?.subarray(at + 4, at + 4 + slab.readUInt32LE(at));
  };
  if (existsSync(path)) {
    const bytes = readFileSync(path);
    for (const at of recordsIn(bytes)) set(keyOf(bytes, at).toString(), valueOf(bytes, at));
  }
  return {
    fill(batch) {
      for (const { key, value } of batch) set(key, value);
    },
    set: ({ key, value }) => set(key, value),
    get,
    close() {
      write(path, dump());
    },
  };

  function* dump(): Generator<Buffer> {
    for (const key of addresses.keys()) {
      const value = get(key) ?? Buffer.alloc(0);
      const record = { key: Buffer.from(key), headers: Buffer.alloc(0), value, own: false };
      const bytes = Buffer.alloc(sizeOf(record));
      writeRecord(bytes, 0, record);
      yield bytes;
    }
  }
};

/** What the engine has: keys and values in slabs, found by a table of numbers. */
export const openSlabs: OpenPartition = async (path) => {
  const entries = createStateEntries();
  const header = { topic: '', topicId: '', partition: 0, partitions: 1, nextOffset: 0n, asOf: 0, wholeAt: 0 };
  await readCheckpoint(
    path,
    () => true,
    (piece) => entries.load(piece),
  );
  return {
    fill(batch) {
      for (const entry of batch) entries.set(entry, false);
    },
    set: (entry) => entries.set(entry, true),
    get: (key) => entries.get(key),
    async close() {
      await writeCheckpoint(path, header, entries.dump());
    },
  };
};

function write(path: string, pieces: Iterable<Buffer>): void {
  const file = openSync(path, 'w');
  const held: Buffer[] = [];
  let size = 0;
  const flush = (): void => {
    writeSync(file, Buffer.concat(held.splice(0)));
    size = 0;
  };
  for (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size >= SLAB_BYTES) flush();
  }
  flush();
  fsyncSync(file);
  closeSync(file);
}
