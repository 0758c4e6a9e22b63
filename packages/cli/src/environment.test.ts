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

test('reports all that is missing at once', () => {
  expect(() => targetFrom({})).toThrow(/KAFKA_BROKERS is not set[^]*SCHEMA_REGISTRY_URL is not set/);
});

test.each(['localhost', 'kafka://a:1', 'a:1,b', 'a:x'])('refuses the broker list %j', (brokers) => {
  expect(() => targetFrom({ ...complete, KAFKA_BROKERS: brokers })).toThrow('must be host:port');
});

test.each(['r:8081', 'ftp://user:hunter2@r', 'hunter2'])(
  'refuses the registry address %j without repeating it',
  (url) => {
    const attempt = () => targetFrom({ ...complete, SCHEMA_REGISTRY_URL: url });

    expect(attempt).toThrow('SCHEMA_REGISTRY_URL is not an http(s) address');
    expect(attempt).not.toThrow(/hunter2/);
  },
);
