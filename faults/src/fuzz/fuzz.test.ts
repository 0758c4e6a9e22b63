import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Violation } from './decoder.ts';
import { decoders } from './decoders.ts';
import { createInputs, inputKinds } from './inputs.ts';
import { fuzzPort } from './fuzzPort.ts';
import { runDecoders } from './runDecoders.ts';
import { ownSamples, readSamples } from './samples.ts';
import { startLanding } from './startLanding.ts';

const SEED = 20_261_122;
const samples = readSamples();

test('three thousand hostile inputs neither crash a decoder nor break what it promises', () => {
  const { findings, byKind } = runDecoders({ make: createInputs(SEED, samples), from: 0, to: 3_000 });
  expect(findings).toEqual([]);
  for (const kind of inputKinds) expect(byKind[kind], kind).toBeGreaterThan(0);
});

test('the samples themselves are understood, each by a decoder', () => {
  const own = ownSamples.map((sample) => Buffer.from(JSON.stringify(sample)));
  const [platform, , provider] = decoders;
  const isRead = (bytes: Buffer) =>
    [platform, provider].some((decoder) => {
      try {
        decoder?.run(bytes);
        return true;
      } catch {
        return false;
      }
    });
  // A batch of two is taken apart before.
  expect(own.filter((bytes) => !isRead(bytes)).length).toBe(1);
});

test('an input can be made again from its seed and its number', () => {
  const [one, other] = [createInputs(SEED, samples), createInputs(SEED, samples)];
  for (const index of [7, 3, 999_999]) expect(one(index)).toEqual(other(index));
  expect(createInputs(SEED + 1, samples)(7).bytes).not.toEqual(one(7).bytes);
});

test('what a decoder may not throw is told from what it may', () => {
  const [platform, split, , key] = decoders;
  expect(platform?.mayThrow(new TypeError('x'))).toBe(false);
  expect(split?.mayThrow(new RangeError('Maximum call stack size exceeded'))).toBe(false);
  expect(split?.mayThrow(new Violation('x'))).toBe(false);
  expect(split?.mayThrow(new SyntaxError('x'))).toBe(true);
  expect(key?.mayThrow(new SyntaxError('x'))).toBe(false);
});

test('raw bytes on the port land nothing without the secret, show nothing, and leave it answering', async () => {
  const secret = randomBytes(24).toString('hex');
  await using landing = await startLanding(secret);
  const report = await fuzzPort({ ...landing, seed: SEED, inputs: 200, hangMs: 20_000, log: () => undefined });
  expect(report).toMatchObject({ inputs: 200, goodRequests: 16, findings: [] });
  expect(Object.keys(report.byPath)).toHaveLength(8);
  expect(report.answers['200']).toBeGreaterThan(0);
  expect(report.answers['400']).toBeGreaterThan(0);
});
