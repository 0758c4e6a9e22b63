import { topics } from '@pipeline/schemas';
import { createCodec } from '@pipeline/streams/avro';
import { afterEach, expect, test, vi } from 'vitest';
import { targetFrom } from './environment.ts';
import { runMain } from './runMain.ts';

const before = process.exitCode;
afterEach(() => {
  process.exitCode = before;
});

async function outcomeOf(command: () => Promise<void>) {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await runMain(command);
  return { code: process.exitCode, said: said.mock.calls.flat().join('\n') };
}

test('settings that are missing end a command as they end a service, with 2', async () => {
  const { code, said } = await outcomeOf(() => Promise.resolve(void targetFrom({})));
  expect(code).toBe(2);
  expect(said).toContain('KAFKA_BROKERS is missing');
});

test('anything else ends it with 1', async () => {
  expect(await outcomeOf(() => Promise.reject(new Error('no')))).toEqual({ code: 1, said: 'no' });
});

test('a registry that does not answer is not said to be asked again', async () => {
  const topic = topics.fulfillmentLinks;
  const codec = createCodec({ registryUrl: 'http://127.0.0.1:1', prefix: '', topics: [topic] });
  const { said } = await outcomeOf(async () => void (await codec.decode(topic, Buffer.from([0, 0, 0, 0, 7, 0]))));
  expect(said).toMatch(/Check SCHEMA_REGISTRY_URL and the registry\.$/);
});
