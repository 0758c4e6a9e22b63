import { randomBytes } from 'node:crypto';

export const serviceNames = ['ingest-ct', 'order-router', 'ingest-fft', 'status-writer'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** The service that runs only where the shop's channels become facilities. */
export const FACILITY_SYNC = 'facility-sync';
export type ProcessName = ServiceName | typeof FACILITY_SYNC;

export interface Ports {
  readonly http: number;
  readonly ops: number;
}

/** The commercetools project of the sandbox. */
export const PROJECT_KEY = 'sandbox';

export interface Addresses {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly commercetoolsUrl: string;
  readonly fulfillmenttoolsUrl: string;
  /** HTTP port of an ingest service, port of /readyz and /metrics of each. */
  readonly ports: Readonly<Record<ServiceName, Ports>>;
}

export interface EnvironmentOptions {
  readonly addresses: Omit<Addresses, 'ports'> & { readonly ports: Readonly<Partial<Record<ProcessName, Ports>>> };
  readonly topicPrefix: string;
  readonly groupPrefix: string;
  readonly secrets: Secrets;
  /** Settings that win over those of the sandbox. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** Shared secrets of the ingest endpoints, made anew for each sandbox. */
export interface Secrets {
  readonly commercetools: string;
  readonly fulfillmenttools: string;
}

export const createSecrets = (): Secrets => ({
  commercetools: randomBytes(32).toString('hex'),
  fulfillmenttools: randomBytes(32).toString('hex'),
});

/** Credentials that the simulators accept. */
export const simulatorCredentials = {
  commercetools: { clientId: 'simulator-client', clientSecret: 'simulator-secret' },
  fulfillmenttools: { user: 'sim@ocff-sim-pre.com', password: 'simulator-password', apiKey: 'simulator-api-key' },
} as const;

/**
 * Settings of one service in the sandbox. Waiting times are scaled down: the simulators answer in milliseconds, so an
 * outcome that is in doubt can be settled in seconds instead of minutes.
 */
export function serviceEnvironment(name: ProcessName, options: EnvironmentOptions): Record<string, string> {
  const { addresses, topicPrefix, groupPrefix, secrets, overrides } = options;
  return {
    KAFKA_BROKERS: addresses.brokers.join(','),
    SCHEMA_REGISTRY_URL: addresses.registryUrl,
    TOPIC_PREFIX: topicPrefix,
    GROUP_PREFIX: groupPrefix,
    KAFKA_SESSION_TIMEOUT_MS: '6000',
    HOST: '127.0.0.1',
    PORT: String(addresses.ports[name]?.http ?? 0),
    OPS_PORT: String(addresses.ports[name]?.ops ?? 0),
    CTP_PROJECT_KEY: PROJECT_KEY,
    CTP_CLIENT_ID: simulatorCredentials.commercetools.clientId,
    CTP_CLIENT_SECRET: simulatorCredentials.commercetools.clientSecret,
    CTP_API_URL: addresses.commercetoolsUrl,
    CTP_AUTH_URL: addresses.commercetoolsUrl,
    FFT_BASE_URL: addresses.fulfillmenttoolsUrl,
    FFT_SIGN_IN_URL: addresses.fulfillmenttoolsUrl,
    FFT_TOKEN_URL: addresses.fulfillmenttoolsUrl,
    FFT_API_KEY: simulatorCredentials.fulfillmenttools.apiKey,
    FFT_API_USER: simulatorCredentials.fulfillmenttools.user,
    FFT_API_PASSWORD: simulatorCredentials.fulfillmenttools.password,
    CT_PUSH_SECRET: secrets.commercetools,
    FFT_WEBHOOK_SECRET: secrets.fulfillmenttools,
    PLACEMENT: 'on',
    STATUS_WRITES: 'on',
    FACILITY_SYNC: 'on',
    PLACE_CONFIRMED_SINCE: '2000-01-01T00:00:00Z',
    SHIP_FROM_STORE_METHODS: 'standard,express',
    CLICK_AND_COLLECT_METHODS: 'click-and-collect',
    START_WINDOW_MS: '2000',
    REQUEST_TIMEOUT_MS: '5000',
    SERVER_LIMIT_MS: '1000',
    INDEX_LAG_MS: '500',
    RETRY_BASE_MS: '100',
    RETRY_CAP_MS: '2000',
    ...overrides,
  };
}
