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
