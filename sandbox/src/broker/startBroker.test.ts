import { beforeEach, expect, test } from 'vitest';
import { startBroker } from './startBroker.ts';
import type { BrokerKind, StartOptions, Way } from './types.ts';

let asked: string[] = [];
beforeEach(() => {
  asked = [];
});

const way = (kind: BrokerKind, probe: Way['probe'] = async () => undefined, start?: Way['start']): Way => ({
  kind,
  async probe(options, signal) {
    asked.push(kind);
    await probe(options, signal);
  },
  start:
    start ??
    (async () => ({ kind, brokers: [`${kind}:1`], registryUrl: `http://${kind}`, stop: async () => undefined })),
});
const missing = (reason: string) => async () => Promise.reject(new Error(reason));
const options = (more: Partial<StartOptions> = {}): StartOptions => ({ log: () => undefined, env: {}, ...more });
const tried = async (start: Promise<unknown>): Promise<unknown> => {
  return start.catch((error: Error) => error.message);
};

test('takes the first way that works, and does not ask the others', async () => {
  const ways = [way('external', missing('not set')), way('docker'), way('maven')];

  expect(await tried(startBroker(options(), { ways }))).toMatchObject({ kind: 'docker' });
  expect(asked).toEqual(['external', 'docker']);
});

test('goes on when a way can be had but does not start', async () => {
  const ways = [way('docker', undefined, missing('the image is broken')), way('maven')];

  expect(await tried(startBroker(options(), { ways }))).toMatchObject({ kind: 'maven' });
});

test('goes on when a probe does not come back', async () => {
  const hanging = way('docker', () => new Promise(() => undefined));

  expect(await tried(startBroker(options(), { ways: [hanging, way('maven')], probeTimeoutMs: 20 }))).toMatchObject({
    kind: 'maven',
  });
});

test('names the three ways and the reason against each when none works', async () => {
  const ways = [
    way('external', missing('not set')),
    way('docker', missing('no engine')),
    way('maven', missing('no Java')),
  ];

  const message = await tried(startBroker(options(), { ways }));

  for (const part of [
    'KAFKA_BROKERS',
    'Docker engine',
    'Java 17',
    'external: not set',
    'docker: no engine',
    'maven: no Java',
  ]) {
    expect(message).toContain(part);
  }
});

test.each([{ force: 'maven' as const }, { env: { SANDBOX_KAFKA: 'maven' } }])(
  'a forced way is the only one: %j',
  async (more) => {
    const ways = [way('external'), way('docker'), way('maven')];

    expect(await tried(startBroker(options(more), { ways }))).toMatchObject({ kind: 'maven' });
    expect(asked).toEqual(['maven']);
  },
);

test("a forced way's failure is the error", async () => {
  const ways = [way('docker', missing('no engine')), way('maven')];

  expect(await tried(startBroker(options({ force: 'docker' }), { ways }))).toBe('No Kafka by way of docker: no engine');
});

test('an unknown SANDBOX_KAFKA is refused', async () => {
  expect(await tried(startBroker(options({ env: { SANDBOX_KAFKA: 'podman' } }), { ways: [] }))).toMatch(
    /"podman".*external, docker or maven/,
  );
});

test.each([
  [{ KAFKA_BROKERS: 'a:1' }, 'KAFKA_BROKERS is set, but SCHEMA_REGISTRY_URL is not'],
  [{ SCHEMA_REGISTRY_URL: 'http://a' }, 'SCHEMA_REGISTRY_URL is set, but KAFKA_BROKERS is not'],
])('one of the two addresses alone is refused, whatever else would work: %j', async (env, message) => {
  expect(await tried(startBroker(options({ env }), { ways: [way('maven')] }))).toContain(message);
  expect(asked).toEqual([]);
});

const address = { KAFKA_BROKERS: 'a:1', SCHEMA_REGISTRY_URL: 'http://r' };

test('a broker of their own that does not answer is a warning on the one that is taken instead', async () => {
  const ways = [
    way('external', missing('Kafka at a:1 does not answer')),
    way('docker', missing('no engine')),
    way('maven'),
  ];

  expect(await tried(startBroker(options({ env: address }), { ways }))).toMatchObject({
    kind: 'maven',
    warning: 'KAFKA_BROKERS and SCHEMA_REGISTRY_URL are set but were not used: Kafka at a:1 does not answer',
  });
});

test('no warning where nothing was asked for, or where it was had', async () => {
  const ways = [way('external', missing('not set')), way('maven')];

  expect(await startBroker(options(), { ways })).toMatchObject({ kind: 'maven', warning: undefined });
  expect(await startBroker(options({ env: address }), { ways: [way('external')] })).toMatchObject({
    warning: undefined,
  });
});

test('malformed addresses are refused, not worked around', async () => {
  const env = { KAFKA_BROKERS: 'http://a', SCHEMA_REGISTRY_URL: 'r:8081' };

  expect(await tried(startBroker(options({ env }), { ways: [way('maven')] }))).toMatch(
    /KAFKA_BROKERS must be host:port[^]*SCHEMA_REGISTRY_URL must be an http/,
  );
  expect(asked).toEqual([]);
});

test('gives up when it is told to, and does not try the next way', async () => {
  const aborted = AbortSignal.abort(new Error('Told to stop'));
  const ways = [way('docker', missing('no engine')), way('maven')];

  expect(await tried(startBroker(options({ signal: aborted }), { ways }))).toBe('Told to stop');
  expect(asked).not.toContain('maven');
});
