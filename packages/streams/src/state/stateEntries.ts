import { maxKeyBytes, readKey, writeKey } from './keyBytes.ts';
import { createKeyIndex, hashOf } from './keyIndex.ts';
import { clearFlags, hasKey, headersOf, isOwnRecord, keyEnd, keyOf, keyStart, valueOf } from './record.ts';
import { createSlabs, type Place } from './slabs.ts';

/** An entry as it lies in the state topic. Headers are kept only where the store was asked to. */
export interface StoreEntry {
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An entry that exists: no tombstone. */
export type StateEntry = StoreEntry & { readonly value: Buffer };

/** The newest entry of each key of one partition of a state topic, in the memory of this process. */
export interface StateEntries {
  /** A view on the store's bytes: not to be changed, nor kept for long. */
  get(key: string): Buffer | undefined;
  /**
   * Copies it: a value that was fetched is a window on the whole answer, which it would keep in memory.
   *
   * @param own it was written by this process, not read back
   */
  set(entry: StateEntry, own: boolean): void;
  delete(key: string): void;
  /** Was its value written by this process? */
  isOwn(key: string): boolean;
  /** Every entry, in the order in which they were written last, as in the topic. Not to be changed meanwhile. */
  list(): Iterable<StateEntry>;
  /**
   * Everything that there is now, as bytes for `load`, in pieces of about 1 MiB. Entries may change while it is read:
   * what does is the old one, or missing. So whoever loads it must also take all that was written after this call.
   */
  dump(): Iterable<Buffer>;
  /**
   * One piece of a dump, whose bytes it keeps. A key of a later piece wins.
   * @throws RangeError: that is none.
   */
  load(piece: Buffer): void;
  readonly size: number;
  /** What the entries take in memory, dead ones and the index included. */
  readonly bytes: number;
}

const NOTHING = Buffer.alloc(0);

/** @param options.keepHeaders the headers of the entries matter. (Default: false) */
export function createStateEntries({ keepHeaders = false }: { readonly keepHeaders?: boolean } = {}): StateEntries {
  const index = createKeyIndex();
  const slabs = createSlabs(({ bytes, at }, from, to) => {
    index.move(hashOf(bytes, keyStart(at), keyEnd(bytes, at)), from, to);
  });
  // The key in hand, as it lies in a record.
  let sought = Buffer.allocUnsafeSlow(256);
  let length = 0;
  const isSought = (address: number): boolean => {
    const { bytes, at } = slabs.place(address);
    return hasKey(bytes, at, sought, length);
  };

  /** Says the hash of the key. */
  function seek(key: string | Buffer): number {
    const most = typeof key === 'string' ? maxKeyBytes(key) : key.length;
    if (sought.length < most) sought = Buffer.allocUnsafeSlow(2 * most);
    length = typeof key === 'string' ? writeKey(key, sought) : key.copy(sought);
    return hashOf(sought, 0, length);
  }

  function find(key: string): Place | undefined {
    const address = index.find(seek(key), isSought);
    return address === undefined ? undefined : slabs.place(address);
  }

  /** Written first, then the old one is dead: it never is without. */
  function put(hash: number, address: number): void {
    const old = index.find(hash, isSought);
    if (old === undefined) index.add(hash, address);
    else {
      index.move(hash, old, address);
      slabs.kill(old);
    }
  }

  return {
    get(key) {
      const place = find(key);
      return place && valueOf(place.bytes, place.at);
    },
    set({ key, value, headers }, own) {
      const hash = seek(key);
      const kept = keepHeaders && headers ? Buffer.from(JSON.stringify(headers)) : NOTHING;
      put(hash, slabs.write({ key: sought.subarray(0, length), headers: kept, value, own }));
    },
    delete(key) {
      const hash = seek(key);
      const old = index.find(hash, isSought);
      if (old === undefined) return;
      index.remove(hash, old);
      slabs.kill(old);
    },
    isOwn(key) {
      const place = find(key);
      return place !== undefined && isOwnRecord(place.bytes, place.at);
    },
    *list() {
      for (const { bytes, at } of slabs.live()) yield toEntry(bytes, at);
    },
    dump: () => slabs.copies(),
    load(piece) {
      for (const address of slabs.adopt(piece)) {
        const { bytes, at } = slabs.place(address);
        clearFlags(bytes, at);
        put(seek(keyOf(bytes, at)), address);
      }
    },
    get size() {
      return index.size;
    },
    get bytes() {
      return slabs.bytes;
    },
  };
}

function toEntry(bytes: Buffer, at: number): StateEntry {
  const headers = headersOf(bytes, at);
  const entry = { key: readKey(keyOf(bytes, at)), value: valueOf(bytes, at) };
  if (headers.length === 0) return entry;
  return { ...entry, headers: JSON.parse(headers.toString()) as Record<string, string> };
}
