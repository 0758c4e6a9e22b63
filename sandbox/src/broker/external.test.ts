import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { addressFrom, external } from './external.ts';
import { freePorts } from './freePorts.ts';

test('takes several brokers, with spaces', () => {
  expect(addressFrom({ KAFKA_BROKERS: ' a:1, b:2 ,', SCHEMA_REGISTRY_URL: ' http://r ' })).toEqual({
    brokers: ['a:1', 'b:2'],
    registryUrl: 'http://r',
  });
});

test('empty variables are as none', () => {
  expect(addressFrom({ KAFKA_BROKERS: ' , ', SCHEMA_REGISTRY_URL: '' })).toBeUndefined();
});

test('a broker that does not listen is named', async () => {
  const [port] = await freePorts(1);
  const server = createServer((_, response) => response.end('[]')).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const env = {
    KAFKA_BROKERS: `127.0.0.1:${port}`,
    SCHEMA_REGISTRY_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };

  const probe = external.probe({ env, log: () => undefined }, AbortSignal.timeout(20_000));

  await expect(probe).rejects.toThrow(`Kafka at 127.0.0.1:${port} does not answer`);
});

test('a registry that does not listen is named too, both with the reason', async () => {
  const [kafka, registry] = await freePorts(2);
  const env = { KAFKA_BROKERS: `127.0.0.1:${kafka}`, SCHEMA_REGISTRY_URL: `http://127.0.0.1:${registry}/v7` };

  const probe = external.probe({ env, log: () => undefined }, AbortSignal.timeout(20_000));

  await expect(probe).rejects.toThrow(
    new RegExp(
      `^Kafka at 127.0.0.1:${kafka} does not answer: .*ECONNREFUSED.*; ` +
        `The schema registry at http://127.0.0.1:${registry}/v7/subjects does not answer: .*ECONNREFUSED`,
    ),
  );
});

test.each([
  [{ KAFKA_BROKERS: 'localhost', SCHEMA_REGISTRY_URL: 'http://r' }, 'KAFKA_BROKERS must be host:port'],
  [{ KAFKA_BROKERS: 'a:1', SCHEMA_REGISTRY_URL: 'r:8081' }, 'SCHEMA_REGISTRY_URL is not an http(s) address'],
])('what is malformed is named: %j', async (env, message) => {
  await expect(external.probe({ env, log: () => undefined }, AbortSignal.timeout(1_000))).rejects.toThrow(message);
});
