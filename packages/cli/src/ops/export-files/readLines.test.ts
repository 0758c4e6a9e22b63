import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Line, readLines, toLines } from './readLines.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'read-lines-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function put(name: string, content: Buffer | string): Promise<string> {
  const file = path.join(directory, name);
  await writeFile(file, content);
  return file;
}

async function collect(lines: AsyncIterable<Line>): Promise<Line[]> {
  const found: Line[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

const all = (file: string): Promise<Line[]> => collect(readLines(file));

async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let [from, n] = [0, 0]; from < bytes.length; n++) {
    const to = from + (sizes[n % sizes.length] ?? bytes.length);
    yield await Promise.resolve(bytes.subarray(from, to));
    from = to;
  }
}

test('any text comes back line by line with its numbers, wherever it is cut into pieces', async () => {
  const texts = fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\n\uFEFF]/g, '')));
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(texts, sizes, async (lines, pieces) => {
      const expected = lines.flatMap((text, index) => (text.trim() === '' ? [] : [{ number: index + 1, text }]));
      expect(await collect(toLines(inPieces(Buffer.from(lines.join('\n')), pieces)))).toEqual(expected);
    }),
  );
});

test('a line longer than two MiB, or in another encoding, is named, and those after it are read', async () => {
  const long = Buffer.alloc(2 * 1_024 * 1_024 + 1, 'x');
  const content = Buffer.concat([long, Buffer.from('\ngood\n'), Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from('last')]);
  expect(await all(await put('a.jsonl.gz', gzipSync(content)))).toEqual([
    { number: 1, text: undefined, reason: 'is longer than 2 MiB' },
    { number: 2, text: 'good' },
    { number: 3, text: undefined, reason: 'is not UTF-8' },
    { number: 4, text: 'last' },
  ]);
});

test('what unpacks without end is given up, however small it is packed', async () => {
  const packed = gzipSync(Buffer.alloc(65 * 1_024 * 1_024), { level: 1 });
  await expect(all(await put('bomb.gz', packed))).rejects.toThrow('Line 1 does not end');
});

test('several packed parts in one file are one; a file that is cut gives its lines, then its error', async () => {
  const parts = Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]);
  expect((await all(await put('parts.gz', parts))).map(({ text }) => text)).toEqual(['one', 'two']);
  expect((await all(await put('plain.jsonl', 'one\n\ntwo'))).map(({ number }) => number)).toEqual([1, 3]);
  const random = Array.from({ length: 20_000 }, () => Math.random().toString(36)).join('\n');
  const packed = gzipSync(random);
  const lines: Line[] = [];
  const read = async (file: string) => {
    for await (const line of readLines(file)) lines.push(line);
  };
  await expect(read(await put('cut.gz', packed.subarray(0, packed.length / 2)))).rejects.toThrow();
  expect(lines.length).toBeGreaterThan(1_000);
  await expect(all(await put('plain.gz', 'not packed\n'))).rejects.toThrow();
  await expect(all(path.join(directory, 'missing.gz'))).rejects.toThrow('ENOENT');
});
