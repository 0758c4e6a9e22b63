import { expect, test } from 'vitest';
import { checkKafkaSecurity, toConnections } from './kafkaConnection.ts';
import { loadSettings } from './load.ts';
import { kafkaSettings } from './shared.ts';

const load = (env: Record<string, string>) =>
  loadSettings(kafkaSettings, { KAFKA_BROKERS: 'a:1', SCHEMA_REGISTRY_URL: 'https://r.test/api', ...env });

test('without anything else there are brokers and a registry, and nobody signs in', () => {
  expect(checkKafkaSecurity(load({}))).toEqual([]);
  expect(toConnections(load({}))).toEqual({ brokers: ['a:1'], registryUrl: 'https://r.test/api' });
});

test('the registry gets a user, or a token, and certificates', () => {
  const tls = { SCHEMA_REGISTRY_SSL_CA: 'ca', SCHEMA_REGISTRY_SSL_CERT: 'cert', SCHEMA_REGISTRY_SSL_KEY: 'key' };
  const byToken = load({ ...tls, SCHEMA_REGISTRY_TOKEN: 't' });
  const byUser = load({ SCHEMA_REGISTRY_USERNAME: 'u', SCHEMA_REGISTRY_PASSWORD: 'p' });

  expect([...checkKafkaSecurity(byToken), ...checkKafkaSecurity(byUser)]).toEqual([]);
  expect(toConnections(byToken)).toMatchObject({
    registryAuth: { token: 't' },
    registryTls: { ca: 'ca', cert: 'cert', key: 'key' },
  });
  expect(toConnections(byUser).registryAuth).toEqual({ username: 'u', password: 'p' });
});

test('all that does not go together is told at once, without a value', () => {
  const settings = load({
    KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
    KAFKA_SASL_USERNAME: 'hunter1',
    SCHEMA_REGISTRY_URL: 'http://r.test',
    SCHEMA_REGISTRY_PASSWORD: 'hunter2',
    SCHEMA_REGISTRY_TOKEN: 'hunter3',
    SCHEMA_REGISTRY_SSL_KEY: 'hunter4',
  });
  const problems = checkKafkaSecurity(settings);

  expect(problems).toEqual([
    expect.stringMatching(/^KAFKA_SASL_PASSWORD is missing/),
    'SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD must be given together',
    'SCHEMA_REGISTRY_TOKEN and a user are given: remove one',
    'SCHEMA_REGISTRY_SSL_CERT and SCHEMA_REGISTRY_SSL_KEY must be given together',
    expect.stringMatching(/^SCHEMA_REGISTRY_URL must begin with https/),
  ]);
  expect(problems.join()).not.toContain('hunter');
});
