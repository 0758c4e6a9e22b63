import fc from 'fast-check';
import type { Random } from '../world/random.ts';
import { draws, numbered } from './draws.ts';
import { anyJson, mutateBytes, mutateJson } from './mutate.ts';

export const inputKinds = [
  'bytes',
  'json',
  'mutated-bytes',
  'mutated-json',
  'deep',
  'wide',
  'numbers',
  'prototype-keys',
  'envelopes',
] as const;
export type InputKind = (typeof inputKinds)[number];

export interface FuzzInput {
  readonly kind: InputKind;
  readonly bytes: Buffer;
}

/** Makes the input of a number, always the same for the same seed: what fails can be made again alone. */
export type MakeInput = (index: number) => FuzzInput;

/** Costly ones are rare. */
const weights: Readonly<Record<InputKind, number>> = {
  bytes: 100,
  json: 200,
  'mutated-bytes': 250,
  'mutated-json': 350,
  deep: 2,
  wide: 2,
  numbers: 32,
  'prototype-keys': 32,
  envelopes: 32,
};

/** Whatever fast-check makes of them; nothing is made smaller afterwards: the bytes themselves are what is looked at. */
export function hostileInputs(samples: readonly unknown[]): fc.Arbitrary<FuzzInput> {
  const texts = samples.map((sample) => Buffer.from(JSON.stringify(sample)));
  const drawn = <Value>(values: readonly Value[], make: (random: Random, value: Value) => Buffer | string) =>
    fc.tuple(draws, fc.constantFrom(...values)).map(([random, value]) => make(random, value));
  const makers: Readonly<Record<InputKind, fc.Arbitrary<Uint8Array | string>>> = {
    bytes: fc.uint8Array({ maxLength: 200 }),
    json: fc.oneof(
      draws.map((random) => JSON.stringify(anyJson(random)) ?? ''),
      fc.json({ stringUnit: 'binary', maxDepth: 5 }),
    ),
    'mutated-bytes': drawn(texts, mutateBytes),
    'mutated-json': drawn(samples, (random, sample) => JSON.stringify(mutateJson(random, sample)) ?? ''),
    deep: drawn(texts, (random, text) => deep(random, text.toString())),
    wide: drawn(texts, (random, text) => wide(random, text.toString())),
    numbers: drawn(texts, (random, text) => withNumbers(random, text.toString())),
    'prototype-keys': drawn(texts, (random, text) => withPrototypeKeys(random, text.toString())),
    envelopes: drawn(texts, inEnvelopes),
  };
  return fc.oneof(
    ...inputKinds.map((kind) => ({
      weight: weights[kind],
      arbitrary: makers[kind].map((made): FuzzInput => ({ kind, bytes: Buffer.from(made) })),
    })),
  );
}

export const createInputs = (seed: number, samples: readonly unknown[]): MakeInput =>
  numbered(seed, hostileInputs(samples));

/** Less than the port takes. */
const MOST_BYTES = 1_800_000;

function deep(random: Random, text: string): string {
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
    ['{"data":', '}'],
    ['{"detail-type":1,"detail":', '}'],
  ]) as readonly [string, string];
  const most = Math.floor(MOST_BYTES / 2 / (open.length + close.length));
  const levels = Math.min(10 ** random.between(1, 4) * random.between(1, 9), most);
  const whole = `${open.repeat(levels)}${text}${random.next() < 0.8 ? close.repeat(levels) : ''}`;
  return random.next() < 0.5 ? whole : text.replace(/^\{/, () => `{"order":${whole},"payload":${whole},`);
}

function wide(random: Random, text: string): string {
  const count = random.between(100, 2_000);
  return random.next() < 0.5
    ? `[${Array.from({ length: count }, () => text.slice(0, 300)).join(',')}]`
    : `[${Array.from({ length: Math.min(count, 100) }, () => text).join(',')}]`;
}

const numbers = [
  '1e309',
  '-1e309',
  '9'.repeat(400),
  `0.${'0'.repeat(400)}1`,
  '-0',
  '1E+2',
  '9007199254740993',
  '1e-400',
  '00',
  '+1',
  '.5',
  '0x10',
  'NaN',
  'Infinity',
] as const;

const withNumbers = (random: Random, text: string): string =>
  text.replace(/(?<=[:[,])-?\d+(\.\d+)?/g, (number) => (random.next() < 0.4 ? random.pick(numbers) : number));

const prototypeKeys = ['__proto__', 'constructor', 'prototype', 'toString', 'then', 'toJSON'] as const;
const prototypeValues = ['{"polluted":true}', '{"prototype":{"polluted":true}}', 'null', '[]', '"x"', '1'] as const;

const withPrototypeKeys = (random: Random, text: string): string =>
  text.replaceAll('{', (open) =>
    random.next() < 0.3 ? `${open}"${random.pick(prototypeKeys)}":${random.pick(prototypeValues)},` : open,
  );

/** More envelopes than any reader takes off, and of all kinds. */
function inEnvelopes(random: Random, text: Buffer): string {
  let inner = text.toString();
  for (let layers = random.between(1, 8); layers > 0; layers -= 1) {
    const data = Buffer.from(inner).toString(random.next() < 0.9 ? 'base64' : 'base64url');
    inner = random.pick([
      `{"message":{"data":"${data}"}}`,
      `{"specversion":"1.0","data_base64":"${data}"}`,
      `{"specversion":"1.0","data":${inner}}`,
      `{"detail-type":"x","detail":${inner}}`,
      `{"Type":"Notification","Message":${JSON.stringify(inner)}}`,
      `[{"eventType":"x","data":${inner}}]`,
      `[${inner}]`,
    ]);
    if (inner.length > 500_000) break;
  }
  return inner;
}
