import { expect, test } from 'vitest';
import { targetFrom } from './environment.ts';

const complete = { KAFKA_BROKERS: 'a:9092, b:9092', SCHEMA_REGISTRY_URL: 'http://r:8081/apis/ccompat/v7' };

test('reads the target', () => {
  expect(targetFrom({ ...complete, TOPIC_PREFIX: 'shop.' })).toEqual({
    brokers: ['a:9092', 'b:9092'],
    registryUrl: 'http://r:8081/apis/ccompat/v7',
    prefix: 'shop.',
  });
});

test('reads how to sign in, as the services do', () => {
  const env = {
    ...complete,
    SCHEMA_REGISTRY_URL: 'https://r',
    KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
    KAFKA_SASL_USERNAME: 'admin',
    KAFKA_SASL_PASSWORD: 'hunter2',
    KAFKA_SSL_CA: 'ca of the brokers',
    SCHEMA_REGISTRY_TOKEN: 'hunter3',
    SCHEMA_REGISTRY_SSL_CA: 'ca of the registry',
  };
  expect(targetFrom(env)).toMatchObject({
    ssl: { ca: 'ca of the brokers' },
    sasl: { mechanism: 'scram-sha-512', username: 'admin', password: 'hunter2' },
    registryAuth: { token: 'hunter3' },
    registryTls: { ca: 'ca of the registry' },
  });
});

test('reports all that is missing at once', () => {
  expect(() => targetFrom({})).toThrow(/KAFKA_BROKERS is missing[^]*SCHEMA_REGISTRY_URL is missing/);
});

test.each(['localhost', 'kafka://a:1', 'a:1,b', 'a:x'])('refuses the broker list %j', (brokers) => {
  expect(() => targetFrom({ ...complete, KAFKA_BROKERS: brokers })).toThrow('must be host:port');
});

test.each([
  ['r:8081', 'SCHEMA_REGISTRY_URL must be an http or https URL'],
  ['hunter2', 'SCHEMA_REGISTRY_URL must be an http or https URL'],
  ['https://user:hunter2@r', 'SCHEMA_REGISTRY_URL must not hold credentials'],
])('refuses the registry address %j without repeating it', (url, problem) => {
  const attempt = () => targetFrom({ ...complete, SCHEMA_REGISTRY_URL: url });

  expect(attempt).toThrow(problem);
  expect(attempt).not.toThrow(/hunter2/);
});
