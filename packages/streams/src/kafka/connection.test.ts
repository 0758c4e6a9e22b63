import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { toKafkaConfig } from './connection.ts';

const brokers = ['a:1'];

it('without security there is neither TLS nor a sign-in', () => {
  expect(toKafkaConfig({ brokers })).toEqual({ brokers });
});

it('TLS without certificates is still TLS, with verification', () => {
  expect(toKafkaConfig({ brokers, ssl: {} })).toEqual({ brokers, ssl: {} });
  const ssl = { ca: 'ca', cert: 'cert', key: 'key', passphrase: 'p' };
  expect(toKafkaConfig({ brokers, ssl })).toEqual({ brokers, ssl });
});

it('a user goes as kafkajs wants it', () => {
  const sasl = { mechanism: 'scram-sha-256', username: 'u', password: 'p' } as const;
  expect(toKafkaConfig({ brokers, sasl })).toEqual({ brokers, sasl });
});

it('OAUTHBEARER becomes a provider, and neither client nor secret goes to kafkajs', () => {
  const client = { tokenUrl: 'https://id.test/token', clientId: 'id', clientSecret: 'hunter2' };
  const { sasl } = toKafkaConfig({ brokers, sasl: { mechanism: 'oauthbearer', ...client } });
  expect(sasl).toEqual({ mechanism: 'oauthbearer', oauthBearerProvider: expect.any(Function) as unknown });
});

it.each([
  [503, { name: 'KafkaJSConnectionError', retriable: true }],
  [401, { name: 'KafkaJSNonRetriableError', retriable: false }],
])('a token endpoint that answers %i is to kafkajs as %j', async (status, error) => {
  const server = createServer((_, response) => response.writeHead(status).end('{}')).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  const { sasl } = toKafkaConfig({
    brokers,
    sasl: { mechanism: 'oauthbearer', tokenUrl, clientId: 'id', clientSecret: 'hunter2' },
  });
  const { oauthBearerProvider } = sasl as unknown as { oauthBearerProvider: () => Promise<unknown> };
  await expect(oauthBearerProvider()).rejects.toMatchObject({
    ...error,
    message: expect.stringContaining(`The token endpoint ${tokenUrl}`) as string,
  });
});
