import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nestsDeeperThan } from './jsonBytes.ts';
import { type JsonShape, parseSparsely } from './sparseJson.ts';
import { prune } from './testkit/prune.ts';

const shape = new Map<string, JsonShape | 'whole'>([
  ['id', 'whole'],
  ['ü"', 'whole'],
  ['type', 'whole'],
]);
shape.set('data', shape).set('inner', new Map([['id', 'whole']]));

const parse = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));

/** It may answer nothing, but never what `JSON.parse` does not. */
function agrees(bytes: Uint8Array): boolean {
  const sparse = parseSparsely(bytes, shape);
  if (sparse === undefined) return false;
  expect(nestsDeeperThan(bytes, 64)).toBe(false);
  expect(sparse).toStrictEqual(prune(parse(bytes), shape));
  return true;
}

const sparse = (text: string) => parseSparsely(Buffer.from(text), shape);

const names = fc.oneof(fc.constantFrom('id', 'data', 'inner', 'type', 'ü"', '__proto__', 'x', ''), fc.string());

/** Text of a name or a value with any character in any of its spellings. */
const written = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.infiniteStream(fc.nat(3))).map(([content, choices]) => {
    const units = Array.from({ length: content.length }, (_, at) => content.charAt(at)).map((unit) => {
      const [choice = 0] = choices.take(1);
      const escaped = `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
      if (choice === 0) return choices.next().value === 0 ? escaped.toUpperCase().replace('\\U', '\\u') : escaped;
      const plain = JSON.stringify(unit).slice(1, -1);
      return /^[\ud800-\udfff]$/.test(unit) ? escaped : unit === '/' && choice === 1 ? '\\/' : plain;
    });
    return `"${units.join('')}"`;
  });

const blanks = fc.constantFrom('', '', '', ' ', '\n\t', '\r\n  ');
const anyUnits = fc.string({ unit: 'binary', maxLength: 12 });
const scalars = fc.oneof(
  written(anyUnits),
  fc.double().map((number) => JSON.stringify(number)),
  fc.constantFrom('0', '-0', '1E+2', '1.50e-3', '-12.0', '9'.repeat(30), '1e999', 'true', 'false', 'null'),
);
/** JSON as a sender may write it: blanks anywhere, the same name again, names in escapes. */
const json = fc.letrec<{ object: string; value: string }>((tie) => ({
  object: fc
    .array(fc.tuple(blanks, written(names), blanks, blanks, tie('value'), blanks), { maxLength: 5 })
    .map((members) => `{${members.map(([a, name, b, c, value, d]) => `${a}${name}${b}:${c}${value}${d}`).join(',')}}`),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalars,
    tie('object'),
    fc.array(fc.tuple(blanks, tie('value'), blanks), { maxLength: 4 }).map((parts) => `[${parts.flat().join('')}]`),
    fc.array(tie('value'), { maxLength: 4 }).map((parts) => `[ ${parts.join(' , ')}]`),
  ),
}));

describe('what is read of an object', () => {
  test('is what JSON.parse reads, in whatever way it is written', () => {
    let read = 0;
    fc.assert(
      fc.property(blanks, json.object, blanks, (before, text, after) => {
        read += agrees(Buffer.from(`${before}${text}${after}`)) ? 1 : 0;
      }),
      { numRuns: 1_000 },
    );
    expect(read).toBeGreaterThan(200);
  });

  test('is never anything of bytes that JSON.parse refuses', () => {
    const change = fc.record({
      at: fc.nat(),
      cut: fc.nat(3),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 3 }),
        fc
          .constantFrom(...'{}[],:"\\-+.0e1tfn u/'.split(''), '\ufeff', '\u0000', '\u2028')
          .map((put) => Buffer.from(put)),
      ),
    });
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(json.object, fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
        let bytes = Buffer.from(text);
        for (const { at, cut, put } of changes) {
          const from = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + cut)]);
        }
        if (agrees(bytes)) taken += 1;
        else refused += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(taken, refused)).toBeGreaterThan(20);
  });

  test('is that of the name that comes last, also within another', () => {
    expect(sparse('{"id":1,"data":{"id":1,"type":2},"\\u0069d":2,"data":{"id":3}}')).toEqual({
      id: 2,
      data: { id: 3 },
    });
    expect(sparse('{"x":{"id":1},"data":{"data":{"id":9}},"id":{"id":4}}')).toEqual({
      data: { data: { id: 9 } },
      id: { id: 4 },
    });
    expect(sparse('{"data":{"id":1},"data":null}')).toEqual({ data: null });
  });

  test('is that of each object in a list, in its place', () => {
    expect(sparse('{"data":[{"id":1,"x":2},[{"id":[3]}, 4 ],null,[], "x"]}')).toEqual({
      data: [{ id: 1 }, [{ id: [3] }, 4], null, [], 'x'],
    });
  });

  test('may follow one byte order mark, as a decoder takes one off', () => {
    expect(sparse('\ufeff{"id":1}')).toEqual({ id: 1 });
    expect(sparse('\ufeff\ufeff{"id":1}')).toBeUndefined();
  });

  test('is at most 64 levels deep', () => {
    const nested = (levels: number) => Buffer.from(`{"x":${'['.repeat(levels)}${']'.repeat(levels)},"id":1}`);
    expect(parseSparsely(nested(63), shape)).toEqual({ id: 1 });
    expect(parseSparsely(nested(64), shape)).toBeUndefined();
    const objects = (levels: number) => Buffer.from('{"data":'.repeat(levels) + '1' + '}'.repeat(levels));
    expect(parseSparsely(objects(64), shape)).toEqual(parse(objects(64)));
    expect(parseSparsely(objects(65), shape)).toBeUndefined();
    const lists = (levels: number) => Buffer.from(`{"data":${'['.repeat(levels)}${']'.repeat(levels)}}`);
    expect(parseSparsely(lists(63), shape)).toEqual(parse(lists(63)));
    expect(parseSparsely(lists(64), shape)).toBeUndefined();
  });

  test.each([
    ['a list', '[{"id":1}]'],
    ['a text', '"id"'],
    ['nothing', ''],
    ['half of it', '{"id":1'],
    ['something behind it', '{"id":1}x'],
    ['a comma too much', '{"id":1,}'],
    ['a number with a zero before it', '{"id":1,"x":01}'],
    ['a number without digits', '{"x":-}'],
    ['a number that ends in a point', '{"x":1.}'],
    ['a number that ends in an exponent', '{"x":1e+}'],
    ['a line within a text', '{"x":"a\nb"}'],
    ['an escape that there is not', '{"x":"\\x"}'],
    ['an escape that is cut off', '{"x":"\\u12"}'],
    ['a word that is cut off', '{"x":tru'],
    ['a bracket of the other kind', '{"x":[1}}'],
    ['a bracket of the other kind behind what is wanted', '{"data":[1}}'],
    ['a comma too much in a list that is wanted', '{"data":[1,]}'],
    ['a list that is wanted and cut off', '{"data":[1'],
    ['a name without its colon', '{"x" 1}'],
  ])('is nothing of %s', (_name, text) => {
    expect(sparse(text)).toBeUndefined();
  });

  test('is nothing of what is not UTF-8', () => {
    expect(parseSparsely(Buffer.from('{"id":"\xff"}', 'latin1'), shape)).toBeUndefined();
    expect(parseSparsely(Buffer.from([...Buffer.from('{"x":"'), 0xed, 0xa0, 0x80, 0x22, 0x7d]), shape)).toBeUndefined();
  });
});
