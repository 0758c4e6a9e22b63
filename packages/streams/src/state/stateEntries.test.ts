import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStateEntries, type StateEntries, type StateEntry } from './stateEntries.ts';

type Step =
  | {
      readonly do: 'set';
      readonly key: string;
      readonly value: Buffer;
      readonly own: boolean;
      headers?: Record<string, string>;
    }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'reload' };

interface Model {
  readonly value: Buffer;
  readonly own: boolean;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

// Well-formed: what comes from Kafka was decoded from UTF-8, so nothing else can occur.
const likeUuid = fc
  .uuid()
  .chain((uuid) => fc.constantFrom(uuid, uuid.toUpperCase(), uuid.replace('-', '_'), `${uuid}0`));
const word = fc.oneof(likeUuid, fc.string({ unit: 'grapheme', maxLength: 12 }));
/** Few keys, so that they meet; sizes around those at which a slab is full, and beyond it. */
const stepsOf = (keys: readonly string[]): fc.Arbitrary<Step[]> => {
  const key = fc.constantFrom(...keys);
  const size = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 0, max: 400 }) },
    { weight: 6, arbitrary: fc.integer({ min: 4_000, max: 40_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 900_000, max: 1_200_000 }) },
  );
  const value = fc.tuple(size, fc.nat(255)).map(([length, byte]) => Buffer.alloc(length, byte));
  const headers = fc.option(fc.dictionary(word, word, { maxKeys: 3 }), { nil: undefined });
  const set = fc.record({ do: fc.constant('set' as const), key, value, own: fc.boolean(), headers });
  return fc.array(
    fc.oneof(
      { weight: 12, arbitrary: set as fc.Arbitrary<Step> },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) as fc.Arbitrary<Step> },
      { weight: 1, arbitrary: fc.constant<Step>({ do: 'reload' }) },
    ),
    { maxLength: 300 },
  );
};

const shown = ({ key, value, headers }: StateEntry): unknown[] => [key, value.length, value[0], headers];

function reload(entries: StateEntries): StateEntries {
  const loaded = createStateEntries({ keepHeaders: true });
  // As from a file: bytes that belong to nobody else.
  for (const piece of entries.dump()) loaded.load(Buffer.from(piece));
  return loaded;
}

function run(steps: readonly Step[], keys: readonly string[]): void {
  let entries = createStateEntries({ keepHeaders: true });
  let model = new Map<string, Model>();
  for (const step of steps) {
    if (step.do === 'set') {
      const { key, value, own, headers } = step;
      entries.set(headers ? { key, value, headers } : { key, value }, own);
      model.delete(key);
      model.set(key, { value, own, headers });
    } else if (step.do === 'delete') {
      entries.delete(step.key);
      model.delete(step.key);
    } else {
      entries = reload(entries);
      model = new Map([...model].map(([key, entry]) => [key, { ...entry, own: false }]));
    }
    expect(entries.size).toBe(model.size);
  }
  for (const key of keys) {
    const expected = model.get(key);
    expect(entries.get(key)?.equals(expected?.value ?? Buffer.alloc(0)) ?? false).toBe(expected !== undefined);
    expect(entries.isOwn(key)).toBe(expected?.own ?? false);
  }
  const expected = [...model].map(([key, { value, headers }]) =>
    shown({ key, value, ...(headers ? { headers } : {}) }),
  );
  expect([...entries.list()].map(shown)).toEqual(expected);
}

describe('entries of a state', () => {
  it('are after any sequence of steps what a map has, in the order of the last writing, and so they are read back', () => {
    const keysAndSteps = fc
      .uniqueArray(word, { minLength: 1, maxLength: 40 })
      .chain((keys) => fc.tuple(fc.constant(keys), stepsOf(keys)));
    fc.assert(
      fc.property(keysAndSteps, ([keys, steps]) => run(steps, keys)),
      { numRuns: 150 },
    );
  });

  it('tells apart very many keys while they come and go', () => {
    const entries = createStateEntries();
    const model = new Map<string, string>();
    const random = fc.sample(fc.nat(2 ** 31 - 1), { numRuns: 60_000, seed: 7 });
    for (const number of random) {
      const key = `key-${number % 9_000}`;
      if (number % 5 === 0) {
        entries.delete(key);
        model.delete(key);
      } else {
        entries.set({ key, value: Buffer.from(String(number)) }, false);
        model.set(key, String(number));
      }
    }
    expect(entries.size).toBe(model.size);
    for (let index = 0; index < 9_000; index++) {
      expect(entries.get(`key-${index}`)?.toString()).toBe(model.get(`key-${index}`));
    }
  });

  it('finds every key while slabs are rewritten again and again', () => {
    const entries = createStateEntries();
    const model = new Map<string, number>();
    let number = 1;
    for (let step = 0; step < 100_000; step++) {
      // A plain generator of its own: the same every time.
      number = (Math.imul(number, 1_664_525) + 1_013_904_223) >>> 0;
      // All of one size: a record then moves to where another one was.
      const key = `key-${String(number % 20_011).padStart(5, '0')}`;
      const value = Buffer.alloc(60);
      value.writeUInt32LE(step);
      entries.set({ key, value }, false);
      model.set(key, step);
    }
    expect(entries.size).toBe(model.size);
    const wrong = [...model].filter(([key, step]) => entries.get(key)?.readUInt32LE() !== step);
    expect(wrong).toEqual([]);
    expect([...entries.list()].length).toBe(model.size);
  });

  it('keeps no bytes of the caller', () => {
    const entries = createStateEntries();
    const value = Buffer.from('before');
    entries.set({ key: 'a', value }, false);
    value.write('after!');
    expect(entries.get('a')?.toString()).toBe('before');
  });

  it('lets go of what was replaced and deleted: memory stays within twice what lives', () => {
    const entries = createStateEntries();
    const value = Buffer.alloc(1_000);
    for (let round = 0; round < 10; round++) {
      for (let key = 0; key < 4_000; key++) entries.set({ key: `key-${(key * 7_919) % 4_000}`, value }, true);
      for (let key = 0; key < 4_000; key++) {
        entries.set({ key: `gone-${key}`, value }, true);
        entries.delete(`gone-${key}`);
      }
    }
    expect(entries.size).toBe(4_000);
    expect(entries.bytes).toBeLessThan(2 * 4_000 * 1_030 + 2 * 1_024 * 1_024);
    for (let key = 0; key < 4_000; key++) entries.delete(`key-${key}`);
    expect(entries.bytes).toBeLessThan(2 * 1_024 * 1_024);
  });

  it('dumps while it changes, so that what is written again afterwards makes it whole', () => {
    const size = 5_000;
    const entries = createStateEntries();
    for (let key = 0; key < size; key++) entries.set({ key: `${key}`, value: Buffer.alloc(1_000, 1) }, false);
    const later: StateEntry[] = [];
    const loaded = createStateEntries();
    let next = 0;
    for (const piece of entries.dump()) {
      loaded.load(Buffer.from(piece));
      for (let count = 0; count < 1_500; count++) {
        const entry = { key: `${(next++ * 3_571) % size}`, value: Buffer.alloc(1_000, 2) };
        entries.set(entry, false);
        later.push(entry);
      }
    }
    expect(later.length).toBeGreaterThan(size / 2);
    for (const entry of later) loaded.set(entry, false);
    const toText = (all: StateEntries) => [...all.list()].map(({ key, value }) => `${key} ${value[0]}`).sort();
    expect(toText(loaded)).toEqual(toText(entries));
  });

  it('refuses bytes that are no dump', () => {
    const entries = createStateEntries();
    expect(() => entries.load(Buffer.from('something else altogether'))).toThrow(RangeError);
    expect(() => entries.load(Buffer.alloc(5))).toThrow(RangeError);
  });
});
