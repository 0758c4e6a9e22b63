import type { RunTopics } from '../load/kafka.ts';

export interface RunSettings {
  readonly run: RunTopics;
  readonly vendorUrl: string;
  readonly opsPort: number;
  readonly concurrency: number;
}

/** Settings of the programs that read Kafka. */
export function engineEnvironment({ run, opsPort, concurrency }: Omit<RunSettings, 'vendorUrl'>) {
  return {
    KAFKA_BROKERS: run.broker.brokers.join(','),
    SCHEMA_REGISTRY_URL: run.broker.registryUrl,
    ...run.broker.settings,
    TOPIC_PREFIX: run.prefix,
    GROUP_PREFIX: run.prefix,
    OPS_PORT: String(opsPort),
    CONCURRENCY: String(concurrency),
  };
}

const vendorEnvironment = ({ vendorUrl, shopUrl }: { readonly vendorUrl: string; readonly shopUrl: string }) => ({
  CTP_PROJECT_KEY: 'shop',
  CTP_CLIENT_ID: 'bench',
  CTP_CLIENT_SECRET: 'bench',
  CTP_API_URL: shopUrl,
  CTP_AUTH_URL: shopUrl,
  FFT_BASE_URL: vendorUrl,
  FFT_SIGN_IN_URL: vendorUrl,
  FFT_TOKEN_URL: vendorUrl,
  FFT_API_KEY: 'bench',
  FFT_API_USER: 'bench',
  FFT_API_PASSWORD: 'bench',
});

/** The router as in production, but for where things are: all waiting times are the defaults. */
export const routerEnvironment = ({ vendorUrl, ...engine }: RunSettings): Record<string, string> => ({
  ...engineEnvironment(engine),
  ...vendorEnvironment({ vendorUrl, shopUrl: vendorUrl }),
  PLACEMENT: 'on',
  PLACE_CONFIRMED_SINCE: '2000-01-01T00:00:00Z',
  SHIP_FROM_STORE_METHODS: 'standard',
});

/** The status-writer as in production, likewise. */
export const statusWriterEnvironment = ({
  vendorUrl,
  shopUrl,
  ...engine
}: RunSettings & { readonly shopUrl: string }): Record<string, string> => ({
  ...engineEnvironment(engine),
  ...vendorEnvironment({ vendorUrl, shopUrl }),
  STATUS_WRITES: 'on',
});

/** A process of ingest-ct that normalises, likewise. */
export const normaliserEnvironment = ({
  shopUrl,
  ...engine
}: Omit<RunSettings, 'vendorUrl'> & { readonly shopUrl: string }): Record<string, string> => ({
  ...engineEnvironment(engine),
  ...vendorEnvironment({ vendorUrl: shopUrl, shopUrl }),
  ROLES: 'normalise',
});
