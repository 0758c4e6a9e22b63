import { defineSettings, type SettingsOf } from './definition.ts';

const saslProtocols: readonly string[] = ['SASL_PLAINTEXT', 'SASL_SSL'];

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
    choices: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
    default: 'SCRAM-SHA-512',
    description: 'How to sign in at the brokers; only with a SASL protocol.',
  },
  KAFKA_SASL_USERNAME: { type: 'string', description: 'User at the brokers; required with a SASL protocol.' },
  KAFKA_SASL_PASSWORD: { type: 'secret', description: 'Password at the brokers; required with a SASL protocol.' },
  KAFKA_SSL_CA: { type: 'string', description: 'Certificate authority of the brokers, PEM; not set: those of Node.' },
  KAFKA_SSL_CERT: { type: 'string', description: 'Client certificate, PEM.' },
  KAFKA_SSL_KEY: { type: 'secret', description: 'Key of the client certificate, PEM.' },
});

type KafkaSecuritySettings = SettingsOf<typeof kafkaSecuritySettings>;

/** The parts `ssl` and `sasl` of the Kafka client's options; absent: not used. */
export interface KafkaSecurity {
  readonly ssl?: { readonly ca?: string[]; readonly cert?: string; readonly key?: string };
  readonly sasl?: KafkaSasl;
}

type KafkaSasl = {
  [Mechanism in 'plain' | 'scram-sha-256' | 'scram-sha-512']: {
    readonly mechanism: Mechanism;
    readonly username: string;
    readonly password: string;
  };
}['plain' | 'scram-sha-256' | 'scram-sha-512'];

/** Problems between these settings, for the `check` of `runWithSettings`. */
export function checkKafkaSecurity(settings: KafkaSecuritySettings): readonly string[] {
  const { KAFKA_SECURITY_PROTOCOL: protocol } = settings;
  const names = ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const;
  const missing = saslProtocols.includes(protocol) ? names.filter((name) => settings[name] === undefined) : [];
  const problems = missing.map((name) => `${name} is missing, KAFKA_SECURITY_PROTOCOL being ${protocol}`);
  const paired = (settings.KAFKA_SSL_CERT === undefined) === (settings.KAFKA_SSL_KEY === undefined);
  return paired ? problems : [...problems, 'KAFKA_SSL_CERT and KAFKA_SSL_KEY must be given together'];
}

/** Settings that `checkKafkaSecurity` has passed → options of the Kafka client. The server's name is always verified. */
export function toKafkaSecurity(settings: KafkaSecuritySettings): KafkaSecurity {
  const { KAFKA_SECURITY_PROTOCOL: protocol, KAFKA_SSL_CA: ca, KAFKA_SSL_CERT: cert, KAFKA_SSL_KEY: key } = settings;
  const ssl = { ...(ca && { ca: [ca] }), ...(cert && { cert }), ...(key && { key }) };
  const sasl: KafkaSasl = {
    mechanism: settings.KAFKA_SASL_MECHANISM.toLowerCase() as KafkaSasl['mechanism'],
    username: settings.KAFKA_SASL_USERNAME ?? '',
    password: settings.KAFKA_SASL_PASSWORD ?? '',
  };
  return {
    ...((protocol === 'SSL' || protocol === 'SASL_SSL') && { ssl }),
    ...(saslProtocols.includes(protocol) && { sasl }),
  };
}
