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
    prefix: '',
  });
});

test('empty variables are as none', () => {
  expect(addressFrom({ KAFKA_BROKERS: ' , ', SCHEMA_REGISTRY_URL: '' })).toBeUndefined();
});

test('what is given for signing in serves the sandbox itself and is handed to the services as it is', async () => {
  const security = {
    KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT',
    KAFKA_SASL_MECHANISM: 'PLAIN',
    KAFKA_SASL_USERNAME: 'u',
    KAFKA_SASL_PASSWORD: 'p',
    SCHEMA_REGISTRY_TOKEN: 't',
  };
  const env = { KAFKA_BROKERS: 'a:1', SCHEMA_REGISTRY_URL: 'http://r', TOPIC_PREFIX: 'x.', PATH: '/bin', ...security };

  expect(await external.start({ env, log: () => undefined })).toMatchObject({
    brokers: ['a:1'],
    sasl: { mechanism: 'plain', username: 'u', password: 'p' },
    registryAuth: { token: 't' },
    settings: security,
  });
  const { settings } = await external.start({ env, log: () => undefined });
  expect(settings).toEqual(security);
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
  [{ KAFKA_BROKERS: 'a:1', SCHEMA_REGISTRY_URL: 'r:8081' }, 'SCHEMA_REGISTRY_URL must be an http or https URL'],
])('what is malformed is named: %j', async (env, message) => {
  await expect(external.probe({ env, log: () => undefined }, AbortSignal.timeout(1_000))).rejects.toThrow(message);
});
