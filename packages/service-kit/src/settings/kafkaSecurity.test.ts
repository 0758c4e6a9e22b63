import { expect, test } from 'vitest';
import { checkKafkaSecurity, kafkaSecuritySettings, toKafkaSecurity } from './kafkaSecurity.ts';
import { loadSettings } from './load.ts';

const load = (env: Record<string, string>) => loadSettings(kafkaSecuritySettings, env);

test('plain brokers need neither TLS nor a user', () => {
  expect(checkKafkaSecurity(load({}))).toEqual([]);
  expect(toKafkaSecurity(load({}))).toEqual({});
});

test('TLS without anything else trusts what Node trusts, and never switches verification off', () => {
  expect(toKafkaSecurity(load({ KAFKA_SECURITY_PROTOCOL: 'SSL' }))).toEqual({ ssl: {} });
});

test('SASL over TLS carries mechanism, user and password; certificates go along', () => {
  const settings = load({
    KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
    KAFKA_SASL_USERNAME: 'router',
    KAFKA_SASL_PASSWORD: 'hunter2',
    KAFKA_SSL_CA: 'ca',
    KAFKA_SSL_CERT: 'cert',
    KAFKA_SSL_KEY: 'key',
  });
  expect(checkKafkaSecurity(settings)).toEqual([]);
  expect(toKafkaSecurity(settings)).toEqual({
    ssl: { ca: ['ca'], cert: 'cert', key: 'key' },
    sasl: { mechanism: 'scram-sha-512', username: 'router', password: 'hunter2' },
  });
  const plain = load({
    KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT',
    KAFKA_SASL_MECHANISM: 'PLAIN',
    KAFKA_SASL_USERNAME: 'a',
    KAFKA_SASL_PASSWORD: 'b',
  });
  expect(toKafkaSecurity(plain)).toEqual({ sasl: { mechanism: 'plain', username: 'a', password: 'b' } });
});

test('what is missing is named, without the values that are there', () => {
  const settings = load({
    KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
    KAFKA_SASL_PASSWORD: 'hunter2',
    KAFKA_SSL_KEY: 'hunter3',
  });
  expect(checkKafkaSecurity(settings)).toEqual([
    'KAFKA_SASL_USERNAME is missing, KAFKA_SECURITY_PROTOCOL being SASL_SSL',
    'KAFKA_SSL_CERT and KAFKA_SSL_KEY must be given together',
  ]);
});
