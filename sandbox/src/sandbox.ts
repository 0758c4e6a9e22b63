import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setUp } from '@pipeline/cli';
import { createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import { createFulfillmenttoolsSimulator } from '@pipeline/simulator-fulfillmenttools';
import { freePorts } from './broker/freePorts.ts';
import type { Broker } from './broker/index.ts';
import {
  type Addresses,
  createSecrets,
  PROJECT_KEY,
  type ServiceName,
  serviceEnvironment,
  serviceNames,
} from './environment.ts';
import { createKafkaView, type KafkaView } from './kafkaView.ts';
import { createServiceProcess, type ServiceProcess } from './serviceProcess.ts';
import {
  type CommercetoolsApi,
  connectSimulators,
  createCommercetoolsApi,
  createFulfillmenttoolsApi,
  type FulfillmenttoolsApi,
} from './simulatorApi.ts';

export interface SandboxOptions {
  readonly broker: Pick<Broker, 'brokers' | 'registryUrl'>;
  readonly log: (line: string) => void;
  /** Put before all topic and group names, so that several sandboxes share a broker. (Default: none) */
  readonly topicPrefix?: string;
  /** Share of notifications that are sent twice, on both sides. (Default: 0) */
  readonly duplicateWebhooks?: number;
  /** Notifications arrive in any order. (Default: false) */
  readonly shuffleWebhooks?: boolean;
  /** fulfillmenttools refuses a tenantOrderId that it has. (Default: true) */
  readonly uniqueness?: boolean;
  /** Settings of the services that win over those of the sandbox. */
  readonly overrides?: Readonly<Record<string, string>>;
}

export interface Sandbox {
  readonly addresses: Addresses;
  readonly services: Readonly<Record<ServiceName, ServiceProcess>>;
  readonly commercetools: CommercetoolsApi;
  readonly fulfillmenttools: FulfillmenttoolsApi;
  readonly kafka: KafkaView;
  readonly topicPrefix: string;
  readonly logDirectory: string;
  /** Stops the services and starts them as members of new groups, which read every topic from the beginning. */
  restartWithGroups(groupPrefix: string): Promise<Readonly<Record<ServiceName, ServiceProcess>>>;
  /** Stops everything that it started. */
  stop(): Promise<void>;
}

/** Simulators, topics, schemas and the four services on a broker that runs. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const {
    broker,
    log,
    topicPrefix = '',
    duplicateWebhooks = 0,
    shuffleWebhooks = false,
    uniqueness = true,
    overrides = {},
  } = options;
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    log('Creating topics and registering schemas');
    await setUp({
      brokers: [...broker.brokers],
      registryUrl: broker.registryUrl,
      prefix: topicPrefix,
      log: () => undefined,
    });
    const commercetools = createCommercetoolsSimulator({ projectKey: PROJECT_KEY });
    const commercetoolsUrl = await commercetools.listen();
    stops.push(() => commercetools.close());
    const fulfillmenttools = createFulfillmenttoolsSimulator({ uniqueness });
    const fulfillmenttoolsUrl = await fulfillmenttools.listen();
    stops.push(() => fulfillmenttools.close());

    const addresses = {
      brokers: broker.brokers,
      registryUrl: broker.registryUrl,
      commercetoolsUrl,
      fulfillmenttoolsUrl,
      ports: await choosePorts(),
    };
    const secrets = createSecrets();
    const logDirectory = await mkdtemp(path.join(tmpdir(), 'sandbox-logs-'));
    stops.push(() =>
      process.env['SANDBOX_KEEP_LOGS'] ? Promise.resolve() : rm(logDirectory, { recursive: true, force: true }),
    );
    const createServices = (groupPrefix: string): Record<ServiceName, ServiceProcess> =>
      fromNames((name) =>
        createServiceProcess({
          name,
          opsPort: addresses.ports[name].ops,
          logFile: path.join(logDirectory, `${name}.log`),
          env: serviceEnvironment(name, { addresses, topicPrefix, groupPrefix, secrets, overrides }),
        }),
      );
    let services = createServices(topicPrefix);
    stops.push(() => Promise.all(serviceNames.map((name) => services[name].stop())));
    log('Starting the services');
    await Promise.all(serviceNames.map((name) => services[name].start()));

    const apis = {
      commercetools: createCommercetoolsApi(commercetoolsUrl),
      fulfillmenttools: createFulfillmenttoolsApi(fulfillmenttoolsUrl),
    };
    const delivery = { duplicates: duplicateWebhooks, shuffle: shuffleWebhooks };
    await apis.commercetools.deliver(delivery);
    await apis.fulfillmenttools.deliver(delivery);
    await connectSimulators(
      apis,
      {
        commercetools: `http://127.0.0.1:${addresses.ports['ingest-ct'].http}/commercetools`,
        fulfillmenttools: `http://127.0.0.1:${addresses.ports['ingest-fft'].http}/fulfillmenttools`,
      },
      secrets,
    );
    const kafka = await createKafkaView(broker.brokers, topicPrefix);
    stops.push(() => kafka.close());
    return {
      addresses,
      get services() {
        return services;
      },
      ...apis,
      kafka,
      topicPrefix,
      logDirectory,
      async restartWithGroups(groupPrefix) {
        await Promise.all(serviceNames.map((name) => services[name].stop()));
        services = createServices(groupPrefix);
        await Promise.all(serviceNames.map((name) => services[name].start()));
        return services;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const fromNames = <Value>(create: (name: ServiceName) => Value): Record<ServiceName, Value> =>
  Object.fromEntries(serviceNames.map((name) => [name, create(name)])) as Record<ServiceName, Value>;

async function choosePorts(): Promise<Addresses['ports']> {
  const ports = await freePorts(2 * serviceNames.length);
  return fromNames((name) => {
    const index = 2 * serviceNames.indexOf(name);
    return { http: ports[index] ?? 0, ops: ports[index + 1] ?? 0 };
  });
}
