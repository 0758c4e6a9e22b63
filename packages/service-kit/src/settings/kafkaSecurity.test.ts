import { expect, test } from 'vitest';
import { checkBrokerSecurity, kafkaSecuritySettings, toKafkaSecurity } from './kafkaSecurity.ts';
import { loadSettings } from './load.ts';

const load = (env: Record<string, string>) => loadSettings(kafkaSecuritySettings, env);

test('plain brokers need neither TLS nor a user', () => {
  expect(checkBrokerSecurity(load({}))).toEqual([]);
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
    KAFKA_SSL_KEY_PASSWORD: 'hunter3',
  });
  expect(checkBrokerSecurity(settings)).toEqual([]);
  expect(toKafkaSecurity(settings)).toEqual({
    ssl: { ca: 'ca', cert: 'cert', key: 'key', passphrase: 'hunter3' },
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
  expect(checkBrokerSecurity(settings)).toEqual([
    'KAFKA_SASL_USERNAME is missing, KAFKA_SECURITY_PROTOCOL being SASL_SSL and KAFKA_SASL_MECHANISM SCRAM-SHA-512',
    'KAFKA_SSL_CERT and KAFKA_SSL_KEY must be given together',
  ]);
});

const oauth = {
  KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
  KAFKA_SASL_MECHANISM: 'OAUTHBEARER',
  KAFKA_SASL_OAUTH_TOKEN_URL: 'https://id.test/token',
  KAFKA_SASL_OAUTH_CLIENT_ID: 'router',
  KAFKA_SASL_OAUTH_CLIENT_SECRET: 'hunter2',
};

test('OAUTHBEARER carries what a token is asked for with, and the extensions for the broker', () => {
  expect(toKafkaSecurity(load(oauth)).sasl).toEqual({
    mechanism: 'oauthbearer',
    tokenUrl: 'https://id.test/token',
    clientId: 'router',
    clientSecret: 'hunter2',
  });
  const more = load({
    ...oauth,
    KAFKA_SASL_OAUTH_SCOPE: 'kafka read',
    KAFKA_SASL_OAUTH_CA: 'ca',
    KAFKA_SASL_OAUTH_EXTENSIONS: 'logicalCluster=lkc-1,identityPoolId=pool=2',
  });
  expect(checkBrokerSecurity(more)).toEqual([]);
  expect(toKafkaSecurity(more).sasl).toMatchObject({
    scope: 'kafka read',
    ca: 'ca',
    extensions: { logicalCluster: 'lkc-1', identityPoolId: 'pool=2' },
  });
});

test('OAUTHBEARER needs its own three settings, and neither user nor password', () => {
  const { KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_MECHANISM } = oauth;
  const names = checkBrokerSecurity(load({ KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_MECHANISM })).map(
    (problem) => problem.split(' ')[0],
  );
  expect(names).toEqual(['KAFKA_SASL_OAUTH_TOKEN_URL', 'KAFKA_SASL_OAUTH_CLIENT_ID', 'KAFKA_SASL_OAUTH_CLIENT_SECRET']);
});

test.each(['logicalCluster', '=x', 'a b=c', 'auth\u0001=x', 'a=x\u0001y'])(
  'an extension that would break the message to the broker is refused: %j',
  (pair) => {
    expect(checkBrokerSecurity(load({ ...oauth, KAFKA_SASL_OAUTH_EXTENSIONS: pair }))).toEqual([
      expect.stringMatching(/^KAFKA_SASL_OAUTH_EXTENSIONS must be name=value/),
    ]);
  },
);
