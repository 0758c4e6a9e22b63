import {
  clearFlags,
  isDead,
  markDead,
  type RecordParts,
  recordsIn,
  recordSize,
  sizeOf,
  writeRecord,
} from './record.ts';

interface Slab {
  readonly bytes: Buffer;
  /** So many bytes are written. */
  used: number;
  /** So many of them belong to records that live. */
  live: number;
}

/** A record's place: the slab, and the offset in its bytes. */
export interface Place {
  readonly bytes: Buffer;
  readonly at: number;
}

/**
 * Records one after another in large pieces of memory outside of the heap, which the garbage collector need not look
 * at. Only their flags ever change in place; space of dead records is won back a slab at a time.
 */
export interface Slabs {
  /** Says its address. */
  write(record: RecordParts): number;
  place(address: number): Place;
  /** The record is no longer needed. May move others. */
  kill(address: number): void;
  /** Takes over records that come from elsewhere; says their addresses. @throws RangeError: that is not what they are. */
  adopt(bytes: Buffer): number[];
  /** Every record that lives, in the order of writing. */
  live(): Iterable<Place>;
  /**
   * Copies of what lives now, in pieces, each made when it is asked for: what was replaced or deleted by then may be
   * missing.
   */
  copies(): Iterable<Buffer>;
  readonly bytes: number;
}

const FIRST_BYTES = 16 * 1_024;
const SLAB_BYTES = 1_024 * 1_024;
/** An address is slab × this + offset. A record that is larger than a slab begins at 0 in one of its own. */
const STRIDE = 2 ** 24;
/** With less of it alive a slab is rewritten. */
const LEAST_LIVE = 2 / 3;

/** @param onMoved the record is at another address now */
export function createSlabs(onMoved: (place: Place, from: number, to: number) => void): Slabs {
  // In the order of writing.
  const slabs = new Map<number, Slab>();
  let lastId = 0;
  let current: Slab | undefined;

  function slabAt(address: number): Slab {
    const slab = slabs.get(Math.floor(address / STRIDE));
    if (!slab) throw new Error(`There is no slab for address ${address}.`);
    return slab;
  }

  /** Where records are written from now on. */
  function begin(bytes: Buffer): Slab {
    const done = lastId;
    current = { bytes, used: 0, live: 0 };
    slabs.set(++lastId, current);
    tidy(done);
    return current;
  }

  function tidy(id: number): void {
    const slab = slabs.get(id);
    if (!slab || slab === current || slab.live >= LEAST_LIVE * slab.used) return;
    if (slab.live === 0) slabs.delete(id);
    else compact(id);
  }

  /** With the slab before it if both have room in half a one: else small remains would become many. */
  function compact(id: number): void {
    let before: number | undefined;
    for (const known of slabs.keys()) {
      if (known === id) break;
      before = known;
    }
    const liveOf = (known: number): number => slabs.get(known)?.live ?? 0;
    const joined = before !== undefined && liveOf(before) + liveOf(id) <= SLAB_BYTES / 2 ? [before, id] : [id];
    const [target = id] = joined;
    const size = joined.reduce((sum, known) => sum + liveOf(known), 0);
    const to: Slab = { bytes: Buffer.allocUnsafeSlow(size), used: 0, live: size };
    const moves: { at: number; from: number }[] = [];
    for (const known of joined) {
      const slab = slabs.get(known);
      if (!slab) continue;
      for (const at of recordsIn(slab.bytes, slab.used)) {
        if (isDead(slab.bytes, at)) continue;
        moves.push({ at: to.used, from: known * STRIDE + at });
        to.used += slab.bytes.copy(to.bytes, to.used, at, at + recordSize(slab.bytes, at));
      }
      if (known !== target) slabs.delete(known);
    }
    slabs.set(target, to);
    // From the first to the last: so none is told to move to an address that another one still has.
    for (const { at, from } of moves) onMoved({ bytes: to.bytes, at }, from, target * STRIDE + at);
  }

  return {
    write(record) {
      const size = sizeOf(record);
      if (!current || current.used + size > current.bytes.length) {
        const next = current ? Math.min(2 * current.bytes.length, SLAB_BYTES) : FIRST_BYTES;
        current = begin(Buffer.allocUnsafeSlow(Math.max(next, size)));
      }
      const at = current.used;
      writeRecord(current.bytes, at, record);
      current.used += size;
      current.live += size;
      return lastId * STRIDE + at;
    },
    place(address) {
      return { bytes: slabAt(address).bytes, at: address % STRIDE };
    },
    kill(address) {
      const slab = slabAt(address);
      const at = address % STRIDE;
      markDead(slab.bytes, at);
      slab.live -= recordSize(slab.bytes, at);
      tidy(Math.floor(address / STRIDE));
    },
    adopt(bytes) {
      const offsets = [...recordsIn(bytes)];
      if ((offsets.at(-1) ?? 0) >= STRIDE) throw new RangeError(`A piece of ${bytes.length} bytes is too large.`);
      const slab = begin(bytes);
      slab.used = slab.live = bytes.length;
      return offsets.map((at) => lastId * STRIDE + at);
    },
    *live() {
      for (const { bytes, used } of slabs.values()) {
        for (const at of recordsIn(bytes, used)) if (!isDead(bytes, at)) yield { bytes, at };
      }
    },
    // A slab that is rewritten meanwhile stays as it was then.
    copies: () => copiesOf([...slabs.values()].map(({ bytes, used }) => ({ bytes, used }))),
    get bytes() {
      return [...slabs.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    },
  };
}

function* copiesOf(slabs: readonly Pick<Slab, 'bytes' | 'used'>[]): Generator<Buffer> {
  for (const { bytes, used } of slabs) {
    const copy = Buffer.allocUnsafeSlow(used);
    let length = 0;
    for (const at of recordsIn(bytes, used)) {
      if (isDead(bytes, at)) continue;
      const end = length + bytes.copy(copy, length, at, at + recordSize(bytes, at));
      clearFlags(copy, length);
      length = end;
    }
    if (length > 0) yield copy.subarray(0, length);
  }
}
