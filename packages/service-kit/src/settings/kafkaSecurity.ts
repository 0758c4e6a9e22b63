import type { KafkaConnection, KafkaSasl, KafkaTls } from '@pipeline/streams/kafka';
import { defineSettings, type SettingsOf } from './definition.ts';

/** How to reach brokers that ask who we are; names and values as Kafka's own clients have them. */
export const kafkaSecuritySettings = defineSettings({
  KAFKA_SECURITY_PROTOCOL: {
    type: 'choice',
    choices: ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'],
    default: 'PLAINTEXT',
    description: 'How to talk to the brokers.',
  },
  KAFKA_SASL_MECHANISM: {
    type: 'choice',
    choices: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'],
    default: 'SCRAM-SHA-512',
    description: 'How to sign in at the brokers; only with a SASL protocol.',
  },
  KAFKA_SASL_USERNAME: { type: 'string', description: 'User at the brokers; required with PLAIN and SCRAM.' },
  KAFKA_SASL_PASSWORD: { type: 'secret', description: 'Password at the brokers; required with PLAIN and SCRAM.' },
  KAFKA_SASL_OAUTH_TOKEN_URL: {
    type: 'url',
    takesSecrets: true,
    description: 'Token endpoint, asked with the client-credentials grant; required with OAUTHBEARER.',
  },
  KAFKA_SASL_OAUTH_CLIENT_ID: {
    type: 'string',
    description: 'Client at the token endpoint; required with OAUTHBEARER.',
  },
  KAFKA_SASL_OAUTH_CLIENT_SECRET: {
    type: 'secret',
    description: 'Secret of the client at the token endpoint; required with OAUTHBEARER.',
  },
  KAFKA_SASL_OAUTH_SCOPE: { type: 'string', description: 'Scopes to ask for, separated by blanks.' },
  KAFKA_SASL_OAUTH_CA: {
    type: 'string',
    description: 'Certificate authority of the token endpoint, PEM; not set: those of Node.',
  },
  KAFKA_SASL_OAUTH_EXTENSIONS: {
    type: 'list',
    description: 'SASL extensions sent with the token, as name=value, e.g. `logicalCluster=lkc-1`.',
  },
  KAFKA_SSL_CA: { type: 'string', description: 'Certificate authority of the brokers, PEM; not set: those of Node.' },
  KAFKA_SSL_CERT: { type: 'string', description: 'Client certificate, PEM.' },
  KAFKA_SSL_KEY: { type: 'secret', description: 'Key of the client certificate, PEM.' },
  KAFKA_SSL_KEY_PASSWORD: { type: 'secret', description: 'Password of that key, where it is encrypted.' },
});

type KafkaSecuritySettings = SettingsOf<typeof kafkaSecuritySettings>;

const isTls = ({ KAFKA_SECURITY_PROTOCOL: protocol }: KafkaSecuritySettings): boolean =>
  protocol === 'SSL' || protocol === 'SASL_SSL';
const isSasl = ({ KAFKA_SECURITY_PROTOCOL: protocol }: KafkaSecuritySettings): boolean =>
  protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';

/** Problems between these settings. Settings that the protocol has no use for are none: one file may serve several. */
export function checkBrokerSecurity(settings: KafkaSecuritySettings): readonly string[] {
  const { KAFKA_SSL_CERT: cert, KAFKA_SSL_KEY: key } = settings;
  return [
    ...missingForSasl(settings),
    ...(settings.KAFKA_SASL_OAUTH_EXTENSIONS ?? [])
      .filter((pair) => !/^[A-Za-z]+=[\x21-\x7e]+$/.test(pair))
      .map(
        () => 'KAFKA_SASL_OAUTH_EXTENSIONS must be name=value, several with commas between; a name has letters only',
      ),
    ...((cert === undefined) === (key === undefined)
      ? []
      : ['KAFKA_SSL_CERT and KAFKA_SSL_KEY must be given together']),
  ];
}

function missingForSasl(settings: KafkaSecuritySettings): string[] {
  if (!isSasl(settings)) return [];
  const { KAFKA_SECURITY_PROTOCOL: protocol, KAFKA_SASL_MECHANISM: mechanism } = settings;
  const needed =
    mechanism === 'OAUTHBEARER'
      ? (['KAFKA_SASL_OAUTH_TOKEN_URL', 'KAFKA_SASL_OAUTH_CLIENT_ID', 'KAFKA_SASL_OAUTH_CLIENT_SECRET'] as const)
      : (['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const);
  const why = `KAFKA_SECURITY_PROTOCOL being ${protocol} and KAFKA_SASL_MECHANISM ${mechanism}`;
  return needed.filter((name) => settings[name] === undefined).map((name) => `${name} is missing, ${why}`);
}

/** Settings that `checkBrokerSecurity` has passed → the security of a connection. */
export function toKafkaSecurity(settings: KafkaSecuritySettings): Pick<KafkaConnection, 'ssl' | 'sasl'> {
  return {
    ...(isTls(settings) && { ssl: toTls(settings) }),
    ...(isSasl(settings) && { sasl: toSasl(settings) }),
  };
}

const toTls = (settings: KafkaSecuritySettings): KafkaTls => ({
  ...(settings.KAFKA_SSL_CA && { ca: settings.KAFKA_SSL_CA }),
  ...(settings.KAFKA_SSL_CERT && { cert: settings.KAFKA_SSL_CERT }),
  ...(settings.KAFKA_SSL_KEY && { key: settings.KAFKA_SSL_KEY }),
  ...(settings.KAFKA_SSL_KEY_PASSWORD && { passphrase: settings.KAFKA_SSL_KEY_PASSWORD }),
});

const mechanisms = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
} as const;

function toSasl(settings: KafkaSecuritySettings): KafkaSasl {
  const { KAFKA_SASL_MECHANISM: mechanism } = settings;
  if (mechanism !== 'OAUTHBEARER') {
    return {
      mechanism: mechanisms[mechanism],
      username: settings.KAFKA_SASL_USERNAME ?? '',
      password: settings.KAFKA_SASL_PASSWORD ?? '',
    };
  }
  const pairs = (settings.KAFKA_SASL_OAUTH_EXTENSIONS ?? []).map((pair) => [
    pair.slice(0, pair.indexOf('=')),
    pair.slice(pair.indexOf('=') + 1),
  ]);
  return {
    mechanism: 'oauthbearer',
    tokenUrl: settings.KAFKA_SASL_OAUTH_TOKEN_URL ?? '',
    clientId: settings.KAFKA_SASL_OAUTH_CLIENT_ID ?? '',
    clientSecret: settings.KAFKA_SASL_OAUTH_CLIENT_SECRET ?? '',
    ...(settings.KAFKA_SASL_OAUTH_SCOPE && { scope: settings.KAFKA_SASL_OAUTH_SCOPE }),
    ...(settings.KAFKA_SASL_OAUTH_CA && { ca: settings.KAFKA_SASL_OAUTH_CA }),
    ...(pairs.length > 0 && { extensions: Object.fromEntries(pairs) as Record<string, string> }),
  };
}
