import type { Random } from '../world/random.ts';

const longText = 'x'.repeat(5_000);

/** JSON values that readers trip over. */
const nasty: readonly [unknown, ...unknown[]] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  1e308,
  -1e308,
  5e-324,
  2 ** 53,
  2 ** 64,
  '',
  ' ',
  '\u0000',
  '\uD800',
  '💥',
  '-1',
  'NaN',
  '__proto__',
  'constructor',
  '1e9999',
  '9999-99-99T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
  longText,
  [],
  {},
  [[]],
  [null],
  [{}],
  { length: -1 },
  { toString: 1 },
  { toJSON: 1 },
  { then: 1 },
  { data: 'not base64' },
  { typeId: 'order', id: '../../x' },
  { id: {} },
];

const names: readonly [string, ...string[]] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  'valueOf',
  '',
  '0',
  'length',
  'data',
  'message',
  'detail',
  'detail-type',
  'Type',
  'Message',
  'specversion',
  'data_base64',
  'eventType',
  'notificationType',
  'resource',
  'order',
  'payload',
  'event',
  'id',
  'version',
  'lineItems',
  'processId',
  'header',
  'Token',
  'Signature',
  'validationCode',
];

/** A value of JSON, at most so deep. */
export function anyJson(random: Random, depth = 4): unknown {
  const kind = random.between(0, depth > 0 ? 6 : 4);
  if (kind <= 2) return random.pick(nasty);
  if (kind === 3) return (random.next() - 0.5) * 10 ** random.between(-300, 300);
  if (kind === 4) return anyText(random);
  const count = random.between(0, 5);
  if (kind === 5) return Array.from({ length: count }, () => anyJson(random, depth - 1));
  return Object.fromEntries(Array.from({ length: count }, () => [anyName(random), anyJson(random, depth - 1)]));
}

const anyName = (random: Random): string => (random.next() < 0.7 ? random.pick(names) : anyText(random));

const anyText = (random: Random): string =>
  String.fromCharCode(
    ...Array.from({ length: random.between(0, 12) }, () => random.between(0, random.next() < 0.8 ? 0x7f : 0xffff)),
  );

/** The same value with one to three places changed; the given one stays as it is. */
export function mutateJson(random: Random, value: unknown): unknown {
  let mutated = value;
  for (let changes = random.between(1, 3); changes > 0; changes -= 1) mutated = changeOne(random, mutated, 0.01);
  return mutated;
}

/** `replaced`: how likely it becomes something else altogether. */
function changeOne(random: Random, value: unknown, replaced = 0.15): unknown {
  const isBranch = typeof value === 'object' && value !== null;
  if (!isBranch || random.next() < replaced) return random.next() < 0.7 ? random.pick(nasty) : anyJson(random, 2);
  if (Array.isArray(value)) return changeList(random, value);
  const entries = Object.entries(value);
  const at = random.between(0, entries.length - 1);
  const [name, part] = entries[at] ?? [random.pick(names), null];
  const choice = random.between(0, 9);
  if (choice === 0) entries.splice(at, 1);
  else if (choice === 1) entries.push([anyName(random), anyJson(random, 2)]);
  else if (choice === 2) entries[at] = [anyName(random), part];
  else entries[at] = [name, changeOne(random, part)];
  return Object.fromEntries(entries);
}

function changeList(random: Random, list: readonly unknown[]): unknown {
  const changed = [...list];
  const at = random.between(0, list.length - 1);
  const choice = random.between(0, 5);
  if (choice === 0) changed.splice(Math.max(at, 0), 1);
  else if (choice === 1) changed.push(anyJson(random, 2));
  else if (choice === 2 && list.length > 0) return Array.from({ length: random.between(1, 50) }, () => list[at]);
  else if (at >= 0) changed[at] = changeOne(random, list[at]);
  return changed;
}

/** Bytes flipped, cut out, put in, doubled or cut off; often no JSON any more. */
export function mutateBytes(random: Random, bytes: Buffer): Buffer {
  let mutated = Buffer.from(bytes);
  for (let changes = random.between(1, 6); changes > 0; changes -= 1) {
    const at = random.between(0, mutated.length);
    const length = random.between(1, 16);
    const choice = random.between(0, 5);
    if (choice <= 1 && at < mutated.length) mutated[at] = random.between(0, 255);
    else if (choice === 2) mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(at + length)]);
    else if (choice === 3)
      mutated = Buffer.concat([mutated.subarray(0, at), anyBytes(random, length), mutated.subarray(at)]);
    else if (choice === 4)
      mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(at, at + length), mutated.subarray(at)]);
    else if (random.next() < 0.3) mutated = mutated.subarray(0, at);
  }
  return mutated;
}

export function anyBytes(random: Random, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at += 1) bytes[at] = random.between(0, 255);
  return bytes;
}
