import { randomInt } from 'node:crypto';

/** Where the record of a key lies. The keys themselves are with the records: the index holds two numbers for each. */
export interface KeyIndex {
  /** @param isAt does this address hold the key that is looked for? */
  find(hash: number, isAt: (address: number) => boolean): number | undefined;
  /** Of a key that is not in it. Addresses are integers above 0. */
  add(hash: number, address: number): void;
  /** The record moved. */
  move(hash: number, from: number, to: number): void;
  remove(hash: number, address: number): void;
  readonly size: number;
}

const FIRST_SLOTS = 64;
const FULL = 0.7;

/** A hash table with open addressing; 0 is a free slot. */
export function createKeyIndex(): KeyIndex {
  let addresses = new Float64Array(FIRST_SLOTS);
  // Kept, so that growing need not read the keys, and most other keys are told apart without.
  let hashes = new Uint32Array(FIRST_SLOTS);
  let mask = FIRST_SLOTS - 1;
  let size = 0;

  function slotOf(hash: number, address: number): number {
    let slot = hash & mask;
    while (addresses[slot] !== 0) {
      if (addresses[slot] === address) return slot;
      slot = (slot + 1) & mask;
    }
    throw new Error(`The index has no entry for address ${address}.`);
  }

  function insert(hash: number, address: number): void {
    let slot = hash & mask;
    while (addresses[slot] !== 0) slot = (slot + 1) & mask;
    addresses[slot] = address;
    hashes[slot] = hash;
  }

  function grow(): void {
    const [oldAddresses, oldHashes] = [addresses, hashes];
    addresses = new Float64Array(2 * oldAddresses.length);
    hashes = new Uint32Array(addresses.length);
    mask = addresses.length - 1;
    for (const [slot, address] of oldAddresses.entries()) if (address !== 0) insert(oldHashes[slot] ?? 0, address);
  }

  return {
    find(hash, isAt) {
      for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
        const address = addresses[slot] ?? 0;
        if (address === 0) return undefined;
        if (hashes[slot] === hash && isAt(address)) return address;
      }
    },
    add(hash, address) {
      if (size >= FULL * addresses.length) grow();
      insert(hash, address);
      size++;
    },
    move(hash, from, to) {
      addresses[slotOf(hash, from)] = to;
    },
    remove(hash, address) {
      let free = slotOf(hash, address);
      // What follows moves up unless it is at home between: no search may find a gap before its entry.
      for (let slot = (free + 1) & mask; addresses[slot] !== 0; slot = (slot + 1) & mask) {
        const home = (hashes[slot] ?? 0) & mask;
        if (((slot - home) & mask) < ((slot - free) & mask)) continue;
        addresses[free] = addresses[slot] ?? 0;
        hashes[free] = hashes[slot] ?? 0;
        free = slot;
      }
      addresses[free] = 0;
      size--;
    },
    get size() {
      return size;
    },
  };
}

const SEED = randomInt(2 ** 32);

/** FNV-1a from a start of this process, so that nobody can send keys that all meet; then mixed, as the table uses the low bits. */
export function hashOf(bytes: Uint8Array, from: number, end: number): number {
  let hash = SEED;
  for (let index = from; index < end; index++) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
