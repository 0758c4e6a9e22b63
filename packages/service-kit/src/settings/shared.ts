import { defineSettings } from './definition.ts';
import { kafkaSecuritySettings } from './kafkaSecurity.ts';
import { registrySettings } from './registryAccess.ts';

/** What names of topics may have; the longest of ours and this are well below Kafka's 249 characters. */
const prefixPattern = {
  matches: /^[A-Za-z0-9._-]{0,100}$/,
  says: 'at most 100 letters, digits, dots, underscores and hyphens',
};

export { fulfillmenttoolsSettings } from './fulfillmenttools.ts';

/** Where Kafka is and how names are formed. */
export const kafkaSettings = defineSettings({
  ...kafkaSecuritySettings,
  KAFKA_BROKERS: {
    type: 'list',
    of: 'host:port',
    required: true,
    description: 'Bootstrap brokers as host:port, separated by commas.',
  },
  ...registrySettings,
  TOPIC_PREFIX: {
    type: 'string',
    default: '',
    pattern: prefixPattern,
    description: 'Put before every topic name, e.g. `prod.`.',
  },
  GROUP_PREFIX: {
    type: 'string',
    default: '',
    pattern: prefixPattern,
    description: 'Put before every consumer group id.',
  },
  KAFKA_CLIENT_ID: { type: 'string', default: 'pipeline', description: 'Client id in broker logs and quotas.' },
  KAFKA_SESSION_TIMEOUT_MS: {
    type: 'duration',
    default: 10_000,
    min: 1_000,
    max: 300_000,
    description:
      'After this long without a heartbeat the group gives the partitions to another member, and this one changes nothing at a vendor any more.',
  },
});

/** How the service shows itself and how it stops. */
export const opsSettings = defineSettings({
  HOST: { type: 'string', default: '127.0.0.1', description: 'Address to listen on; 0.0.0.0 in a container.' },
  OPS_PORT: {
    type: 'integer',
    default: 9464,
    min: 0,
    max: 65_535,
    description: 'Port of /livez, /readyz and /metrics.',
  },
  LOG_LEVEL: {
    type: 'choice',
    choices: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    description: 'Least level that is logged.',
  },
  INSTANCE: {
    type: 'string',
    default: 'default',
    description: 'Name of this connection of one shop with one provider; part of every record.',
  },
  SHUTDOWN_GRACE_MS: {
    type: 'duration',
    default: 25_000,
    min: 0,
    description: 'Time for draining after SIGTERM; keep it below the grace period of the orchestrator.',
  },
});

/** HTTP side of an ingest service. The secret is the service's own setting. */
export const ingestSettings = defineSettings({
  PORT: { type: 'integer', default: 8080, min: 0, max: 65_535, description: 'Port on which notifications arrive.' },
});

export const commercetoolsSettings = defineSettings({
  CTP_PROJECT_KEY: { type: 'string', required: true, description: 'Key of the commercetools project.' },
  CTP_CLIENT_ID: { type: 'string', required: true, description: 'Id of the commercetools API client.' },
  CTP_CLIENT_SECRET: { type: 'secret', required: true, description: 'Secret of the commercetools API client.' },
  CTP_API_URL: {
    type: 'url',
    takesSecrets: true,
    required: true,
    description: 'commercetools API host of the region.',
  },
  CTP_AUTH_URL: {
    type: 'url',
    takesSecrets: true,
    required: true,
    description: 'commercetools token host of the region.',
  },
  CTP_MAX_RATE: {
    type: 'integer',
    default: 0,
    min: 0,
    description:
      'Calls per second to commercetools, of all processes of a service together. 0: no limit but the one that commercetools shows by 429.',
  },
  CTP_SCOPE: { type: 'string', description: 'Scopes to ask for, separated by blanks; not set: all of the API client.' },
});

/** Where the status is written in an order. */
export const orderTypeSettings = defineSettings({
  FIELD_PRESET: {
    type: 'choice',
    choices: ['docs', 'connector'],
    default: 'docs',
    description: 'Names of the custom fields: as the vendor documents them, or as its connector writes them.',
  },
  ORDER_TYPE_KEY: {
    type: 'string',
    default: 'fft-order',
    description: 'Key of the custom Type of orders that defines the fields.',
  },
  FIELD_NAMES: {
    type: 'list',
    description:
      'Other names of the custom fields than the preset’s, as in `pickJobId=my_pick_job,shortId=my_short_id`. Fields: providerOrderId, pickJobId, shortId, facilityId, loadUnitsAmount, handoverJobId, parcels, jobs. `parcels` (of the preset `docs`) and `jobs` are written only where they are named here, e.g. `jobs=fft_jobs`: all jobs as JSON.',
  },
  PARCEL_TYPE_KEY: {
    type: 'string',
    default: 'fft-parcel',
    description:
      'Key of the custom Type of parcels that holds the tracking URL. Parcels are written without it where it is missing.',
  },
  PARCEL_URL_FIELD: {
    type: 'string',
    default: 'fft_tracking_url',
    pattern: { matches: /^[A-Za-z0-9_-]{2,36}$/, says: '2 to 36 letters, digits, _ and -' },
    description:
      'Name of the custom field (String) of that Type that holds the tracking URL. `none`: it is not written, and the Type is not needed.',
  },
});

/** State that is kept in a compacted topic. */
export const stateSettings = defineSettings({
  STATE_DIR: {
    type: 'string',
    description:
      'Directory for checkpoints of the state, so that a restart need not read all of it from Kafka. It holds what the state topic holds: ids, articles, tracking numbers. It may be lost at any time. Not set: none are written.',
  },
  ACCEPT_EMPTY_STATE: {
    type: 'boolean',
    default: false,
    description:
      'Start although the state topic is empty or cut while the group has read on: for once, after a loss that was understood. Orders of the lost part may be placed again.',
  },
});

/** The stream engine. */
export const engineSettings = defineSettings({
  CONCURRENCY: {
    type: 'integer',
    default: 64,
    min: 1,
    max: 1_024,
    description: 'Vendor calls in flight at most, per process.',
  },
  START_WINDOW_MS: {
    type: 'duration',
    default: 5_000,
    min: 1,
    description: 'A vendor write may start this long after its intent was recorded, later only after a new one.',
  },
  REQUEST_TIMEOUT_MS: {
    type: 'duration',
    default: 65_000,
    min: 1,
    description:
      'One deadline for queue, connect and body of a vendor write; above the time the vendor may take itself.',
  },
  SERVER_LIMIT_MS: {
    type: 'duration',
    default: 60_000,
    min: 0,
    description: 'The vendor works on a request at most this long after it arrived.',
  },
  INDEX_LAG_MS: {
    type: 'duration',
    default: 5_000,
    min: 0,
    description: 'After this long a search of the vendor shows what was written.',
  },
  RETRY_BASE_MS: {
    type: 'duration',
    default: 500,
    min: 1,
    description: 'Longest wait before the first retry; doubled with each.',
  },
  RETRY_CAP_MS: { type: 'duration', default: 60_000, min: 1, description: 'Longest wait before any retry.' },
  REPLAY_MAX_RATE: {
    type: 'integer',
    default: 50,
    min: 0,
    max: 100_000,
    description:
      'Messages per second that are taken from the replay lanes at most, of all processes of a service together; live ones always go first. 0: none, they wait in the lanes.',
  },
  PARK_AFTER_MS: {
    type: 'duration',
    default: 3_600_000,
    min: 1,
    description:
      'A message whose call keeps failing for so long while the same call succeeds for others is given up and becomes a dead letter. An outage makes none.',
  },
  DEAD_LETTER_FLOOD_GUARD: {
    type: 'boolean',
    default: true,
    description:
      'When most messages fail for good at once, as after a bad deploy, they wait instead of becoming dead letters, but for one in a minute.',
  },
});
