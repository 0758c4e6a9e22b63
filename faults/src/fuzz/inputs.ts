import { createRandom, type Random } from '../world/random.ts';
import { anyBytes, anyJson, mutateBytes, mutateJson } from './mutate.ts';

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
const lottery = inputKinds.flatMap((kind) => Array.from({ length: weights[kind] }, () => kind));

export function createInputs(seed: number, samples: readonly unknown[]): MakeInput {
  const texts = samples.map((sample) => Buffer.from(JSON.stringify(sample)));
  const pick = <Value>(random: Random, values: readonly Value[]) =>
    values[random.between(0, values.length - 1)] as Value;
  const makers: Readonly<Record<InputKind, (random: Random) => Buffer | string>> = {
    bytes: (random) => anyBytes(random, random.between(0, 200)),
    json: (random) => JSON.stringify(anyJson(random)) ?? '',
    'mutated-bytes': (random) => mutateBytes(random, pick(random, texts)),
    'mutated-json': (random) => JSON.stringify(mutateJson(random, pick(random, samples))) ?? '',
    deep: (random) => deep(random, pick(random, texts).toString()),
    wide: (random) => wide(random, pick(random, texts).toString()),
    numbers: (random) => withNumbers(random, pick(random, texts).toString()),
    'prototype-keys': (random) => withPrototypeKeys(random, pick(random, texts).toString()),
    envelopes: (random) => inEnvelopes(random, pick(random, texts)),
  };
  return (index) => {
    const random = createRandom((seed ^ Math.imul(index + 1, 0x9e37_79b1)) >>> 0);
    const kind = pick(random, lottery);
    return { kind, bytes: Buffer.from(makers[kind](random)) };
  };
}

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
