import { defaultBytesInFlight } from '@pipeline/landing';
import {
  checkKafkaSecurity,
  defineSettings,
  given,
  kafkaSecuritySettings,
  toKafkaSecurity,
} from '@pipeline/service-kit';
import type { PartialSettingsOf, SettingDefinitions } from '@pipeline/service-kit';
import type { KafkaConnection } from '@pipeline/streams/kafka';

/** How much may be in hand, for each source that is read. */
export const pullSettings = defineSettings({
  PULL_MAX_MESSAGES: {
    type: 'integer',
    default: 500,
    min: 1,
    max: 10_000,
    description: 'Messages of a pulled source that are fetched and not yet landed, at most.',
  },
  PULL_MAX_BYTES: {
    type: 'integer',
    default: 16_777_216,
    min: 1,
    // What the producer of a process lets wait for Kafka.
    max: defaultBytesInFlight,
    description: 'Bytes of such messages, at most; what one answer of the source brings may go beyond it.',
  },
});

/** Amazon SQS, whoever sends. */
export const sqsSettings = defineSettings({
  SQS_QUEUE_URL: {
    type: 'url',
    takesSecrets: true,
    required: true,
    description: 'URL of the SQS queue that is read.',
  },
  SQS_REGION: {
    type: 'string',
    pattern: { matches: /^[a-z0-9-]{1,32}$/, says: 'the name of a region, e.g. eu-central-1' },
    description: 'Region of the queue; not set: that in its URL, or what Amazon’s own variables and files say.',
  },
  SQS_ENDPOINT: {
    type: 'url',
    takesSecrets: true,
    description: 'Asked instead of the host of the queue: a VPC endpoint, or ElasticMQ in tests.',
  },
  SQS_VISIBILITY_MS: {
    type: 'duration',
    default: 60_000,
    min: 3_000,
    max: 43_200_000,
    description:
      'After so long a message comes again that a process had in hand when it died. While the process lives this is put off.',
  },
});

/** Google Pub/Sub with a pull subscription. */
export const pubSubPullSettings = defineSettings({
  PUBSUB_SUBSCRIPTION: {
    type: 'string',
    required: true,
    pattern: {
      matches: /^projects\/[^/\s]+\/subscriptions\/[^/\s]+$/,
      says: 'projects/PROJECT/subscriptions/NAME',
    },
    description: 'Full name of the pull subscription that is read.',
  },
  PUBSUB_ENDPOINT: {
    type: 'string',
    pattern: { matches: /^[A-Za-z0-9.-]+:\d{1,5}$/, says: 'host:port' },
    description:
      'Asked instead of Google’s global endpoint: a regional one, as host:port. A loopback address is spoken to without TLS.',
  },
});

/** Azure Service Bus: a queue, or a subscription of a topic. */
export const serviceBusSettings = defineSettings({
  SERVICEBUS_CONNECTION_STRING: {
    type: 'secret',
    required: true,
    pattern: { matches: /^Endpoint=sb:\/\/[^;]+;/i, says: 'a connection string that begins with Endpoint=sb://' },
    description: 'Connection string of a policy with the right Listen.',
  },
  SERVICEBUS_ENTITY: {
    type: 'string',
    required: true,
    pattern: {
      matches: /^[^/\s]+(?:\/subscriptions\/[^/\s]+)?$/i,
      says: 'the name of a queue, or TOPIC/subscriptions/NAME',
    },
    description: 'Queue that is read, or the subscription of a topic as `TOPIC/subscriptions/NAME`.',
  },
});

const sourcePrefix = 'CT_SOURCE_';

type Prefixed<Definitions> = {
  readonly [Name in keyof Definitions & string as `${typeof sourcePrefix}${Name}`]: Definitions[Name];
};

const prefixed = <const Definitions extends SettingDefinitions>(definitions: Definitions): Prefixed<Definitions> =>
  Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [
      `${sourcePrefix}${name}`,
      { ...definition, description: `Of the cluster that is read: ${lowerFirst(definition.description)}` },
    ]),
  ) as Prefixed<Definitions>;

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

/** The topic of another cluster that a subscription of commercetools writes to, with credentials of its own. */
export const kafkaSourceSettings = defineSettings({
  CT_SOURCE_KAFKA_BROKERS: {
    type: 'list',
    of: 'host:port',
    required: true,
    description: 'Bootstrap brokers of the cluster that is read, as host:port.',
  },
  CT_SOURCE_KAFKA_TOPIC: { type: 'string', required: true, description: 'Topic that is read there.' },
  CT_SOURCE_KAFKA_GROUP: {
    type: 'string',
    default: 'ingest-ct-source',
    description: 'Consumer group there; the same for all processes of a deployment.',
  },
  ...prefixed(kafkaSecuritySettings),
});

type KafkaSourceSettings = PartialSettingsOf<typeof kafkaSourceSettings>;

/** As the settings of our own cluster are named, so that one piece of code reads both. */
function toOwnNames(settings: KafkaSourceSettings) {
  const own = Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      name.startsWith(`${sourcePrefix}KAFKA_`) ? [[name.slice(sourcePrefix.length), value]] : [],
    ),
  );
  return own as unknown as Parameters<typeof checkKafkaSecurity>[0] & Parameters<typeof toKafkaSecurity>[0];
}

/** Problems between these settings. */
export const checkKafkaSource = (settings: KafkaSourceSettings): readonly string[] =>
  checkKafkaSecurity(toOwnNames(settings)).map((problem) => problem.replaceAll(/\bKAFKA_/g, `${sourcePrefix}KAFKA_`));

/** Settings that were checked → how the other cluster is reached. */
export function toSourceConnection(settings: KafkaSourceSettings): KafkaConnection {
  return { brokers: given(settings, 'CT_SOURCE_KAFKA_BROKERS'), ...toKafkaSecurity(toOwnNames(settings)) };
}

/** Problems between the roles of a service and the setting that says what it fetches from. */
export const checkPullRole = (
  roles: readonly string[],
  { name, value = [] }: { readonly name: string; readonly value: readonly string[] | undefined },
): readonly string[] =>
  value.length > 0 && !roles.includes('pull')
    ? [`${name} is given, but ROLES does not list pull: nothing would be fetched`]
    : [];
