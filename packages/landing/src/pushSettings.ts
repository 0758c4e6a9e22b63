import { defineSettings } from '@pipeline/service-kit';
import { defaultBodyLimit, defaultBytesInFlight } from './landingServer.ts';
import { secretPattern } from './secrets/secretCheck.ts';
import { topicArnPattern } from './sns/topicArn.ts';

/** Characters, and so at least as many bytes, of any secret of a landing endpoint. */
export const minSecretLength = 32;

/** What any secret of a landing endpoint is, as part of its definition. */
export const pushSecret = { type: 'secret', minLength: minSecretLength, pattern: secretPattern } as const;

/** Any landing endpoint. */
export const landingSettings = defineSettings({
  PUSH_MAX_BYTES: {
    type: 'integer',
    default: defaultBytesInFlight,
    min: 2 * defaultBodyLimit,
    description:
      'Bytes of the deliveries in hand at most; more are answered 503. No more than the default, which is what the producer lets wait. Give the process twice as much, and 300 MiB beside it.',
  },
});

/** Push of Google Pub/Sub, whoever published. */
export const pubSubSettings = defineSettings({
  PUSH_OIDC_AUDIENCE: {
    type: 'string',
    required: true,
    description: 'Audience of the Pub/Sub push subscription: what `aud` of its tokens must be.',
  },
  PUSH_OIDC_SERVICE_ACCOUNT: {
    type: 'string',
    required: true,
    pattern: { matches: /^[^\s@]+@[^\s@]+$/, says: 'an e-mail address' },
    description: 'Service account of the Pub/Sub push subscription: what `email` of its tokens must be.',
  },
  PUSH_OIDC_KEYS_URL: {
    type: 'url',
    default: 'https://www.googleapis.com/oauth2/v3/certs',
    description: 'Keys that tokens of Pub/Sub are signed with. https, or a loopback address for tests.',
  },
});

/** A subscription of Amazon SNS. */
export const snsSettings = defineSettings({
  SNS_TOPIC_ARN: {
    type: 'string',
    required: true,
    pattern: {
      matches: topicArnPattern,
      says: 'the ARN of a standard SNS topic, since a FIFO topic cannot push over HTTPS',
    },
    description: 'The only SNS topic that is listened to; its subscription is confirmed by itself.',
  },
  SNS_ENDPOINT: {
    type: 'url',
    description:
      'Asked for certificates and confirmations instead of SNS in the region of the topic. https, or a loopback address for tests.',
  },
});

/** Azure Event Grid. */
export const eventGridSettings = defineSettings({
  EVENTGRID_ORIGINS: {
    type: 'list',
    of: 'host',
    default: ['eventgrid.azure.net'],
    description: 'Host names that may ask for the handshake of CloudEvents.',
  },
});

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

interface PushSettings {
  readonly PUSH_MAX_BYTES?: number | undefined;
  readonly PUSH_OIDC_KEYS_URL?: string | undefined;
  readonly SNS_ENDPOINT?: string | undefined;
}

/** What can never work, and addresses of proofs without TLS: anybody in between could give his own. */
export const checkPush = (settings: PushSettings): readonly string[] => [
  ...checkMaxBytes(settings),
  ...checkAddresses(settings),
];

function checkMaxBytes({ PUSH_MAX_BYTES = 0 }: PushSettings): readonly string[] {
  if (PUSH_MAX_BYTES <= defaultBytesInFlight) return [];
  return [
    `PUSH_MAX_BYTES must be at most ${defaultBytesInFlight}: the producer of a process lets no more wait for Kafka and would refuse the rest. Leave it out, and run more processes where one is not enough.`,
  ];
}

function checkAddresses(settings: PushSettings): readonly string[] {
  return Object.entries({
    PUSH_OIDC_KEYS_URL: settings.PUSH_OIDC_KEYS_URL,
    SNS_ENDPOINT: settings.SNS_ENDPOINT,
  }).flatMap(([name, url]) => {
    if (url === undefined) return [];
    const { protocol, hostname } = new URL(url);
    return protocol === 'https:' || loopback.has(hostname) ? [] : [`${name} must begin with https`];
  });
}
