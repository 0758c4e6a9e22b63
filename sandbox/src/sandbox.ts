import path from 'node:path';
import { createTopics, registerSchemas } from '@pipeline/cli';
import { mappedEvents } from '@pipeline/provider-fulfillmenttools';
import { createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import { createFulfillmenttoolsSimulator } from '@pipeline/simulator-fulfillmenttools';
import { freePorts } from './broker/freePorts.ts';
import type { Broker } from './broker/index.ts';
import type { ProgramEnd } from './childProgram.ts';
import {
  type Addresses,
  createSecrets,
  FACILITY_SYNC,
  type Ports,
  PROJECT_KEY,
  type ProcessName,
  type Secrets,
  type ServiceName,
  serviceEnvironment,
  serviceNames,
} from './environment.ts';
import { withProgress } from './broker/progress.ts';
import { harshSettings } from './harsh/settings.ts';
import { createKafkaView, type KafkaView } from './kafkaView.ts';
import { createLogDirectory, type LogDirectory } from './logDirectory.ts';
import { createServiceProcess, type ServiceProcess } from './serviceProcess.ts';
import {
  type CommercetoolsApi,
  createCommercetoolsApi,
  createFulfillmenttoolsApi,
  type FulfillmenttoolsApi,
} from './simulatorApi.ts';
import { runStops, type Stop } from './stops.ts';

export interface SandboxOptions {
  readonly broker: Omit<Broker, 'kind' | 'stop'>;
  readonly log: (line: string) => void;
  /** Put before all topic and group names, so that several sandboxes share a broker. (Default: none) */
  readonly topicPrefix?: string;
  /** Share of notifications that are sent twice, on both sides. (Default: 0, harsh: as the simulators have it) */
  readonly duplicateWebhooks?: number | undefined;
  /** Notifications arrive in any order. (Default: false, harsh: true) */
  readonly shuffleWebhooks?: boolean;
  /** fulfillmenttools refuses a tenantOrderId that it has. (Default: true) */
  readonly uniqueness?: boolean;
  /**
   * Once everything is connected, both simulators turn all that their vendors do not promise against the services, as
   * this seed decides, and each order lives a life of its own. (Default: they are kind)
   */
  readonly harshSeed?: number | undefined;
  /** The shop's channels become facilities: facility-sync runs too. (Default: false) */
  readonly channels?: boolean;
  /** Settings of the services that win over those of the sandbox. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Settings of one service each that win over all others, e.g. a user of its own at the brokers. */
  readonly overridesByService?: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>>;
  /** Where the services log; whoever gives it closes it. (Default: a new one, gone after `stop`) */
  readonly logs?: LogDirectory;
  /** Gives up starting services, the first time and later. */
  readonly signal?: AbortSignal;
  /** Called with a service that was ready and then ended by itself. (Default: nobody is told) */
  readonly onLost?: (service: LostService) => void;
}

export interface LostService extends Pick<ServiceProcess, 'name' | 'logFile'> {
  readonly end: ProgramEnd;
}

export type Services = Readonly<Record<ServiceName, ServiceProcess>>;

export interface Sandbox {
  readonly addresses: Addresses;
  /** Those that run now: starting one with other settings replaces it here. */
  readonly services: Services;
  /** Where the simulators send their notifications, and the secrets that they send with them. */
  readonly ingest: {
    readonly commercetools: string;
    readonly fulfillmenttools: string;
    readonly secrets: Secrets;
  };
  readonly commercetools: CommercetoolsApi;
  readonly fulfillmenttools: FulfillmenttoolsApi;
  readonly kafka: KafkaView;
  readonly topicPrefix: string;
  readonly logDirectory: string;
  /** Stops the services and starts them as members of new groups, which read every topic from the beginning. */
  restartWithGroups(groupPrefix: string): Promise<Services>;
  /** Stops a service and starts it with these settings on top of the sandbox's own. Resolves when it is ready. */
  restartWith(name: ServiceName, overrides: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Starts facility-sync with these settings on top of the sandbox's own, in place of the one that runs. Resolves when it
   * is ready. With `channels` it has been started already.
   */
  startFacilitySync(overrides?: Readonly<Record<string, string>>): Promise<ServiceProcess>;
  /** Starts a second process of each service in the same groups; the simulators do not know of them. */
  startSecondSet(): Promise<Services>;
  /** Stops everything that it started; says what has ended when it takes long. */
  stop(): Promise<void>;
}

/** Simulators, topics, schemas and the four services on a broker that runs. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const {
    broker,
    log,
    topicPrefix = '',
    duplicateWebhooks,
    shuffleWebhooks = false,
    uniqueness = true,
    channels = false,
    harshSeed,
    signal,
  } = options;
  const overridesByService: NonNullable<SandboxOptions['overridesByService']> = {
    ...options.overridesByService,
    ...(channels ? { 'ingest-ct': { CT_CHANNELS: 'on', ...options.overridesByService?.['ingest-ct'] } } : {}),
  };
  const overrides = { ...(harshSeed === undefined ? {} : harshSettings(harshSeed)), ...options.overrides };
  const stops: Stop[] = [];
  const stop = (): Promise<void> => runStops(stops, log);
  try {
    log('Creating topics and registering schemas');
    const target = { ...broker, prefix: topicPrefix, log: () => undefined };
    const creating = createTopics(target).then(() => signal?.throwIfAborted() ?? registerSchemas(target));
    // On a broker that is not only ours, what is created after an abort would stay.
    if (topicPrefix !== '') stops.push(() => creating.catch(() => undefined));
    await orAbort(creating, signal);
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
    const logs = options.logs ?? (await createLogDirectory({ kept: false }));
    if (!options.logs) stops.push(() => logs.close({ keep: false }));
    let groupPrefix = topicPrefix;
    const createService = (name: ProcessName, set: ProcessSet): ServiceProcess => {
      const logFile = path.join(logs.path, `${name}${set.suffix}.log`);
      return createServiceProcess({
        name,
        opsPort: set.ports[name]?.ops ?? 0,
        logFile,
        removeWhenOrphaned: logs.kept ? undefined : logs.path,
        signal,
        onLost: (end) => options.onLost?.({ name, logFile, end }),
        env: serviceEnvironment(name, {
          addresses: { ...addresses, ports: set.ports },
          topicPrefix,
          groupPrefix,
          secrets,
          overrides: {
            ...broker.settings,
            ...overrides,
            ...(name === FACILITY_SYNC ? {} : overridesByService[name]),
            ...set.overrides,
          },
        }),
      });
    };
    const firstSet: ServiceSet = { ports: addresses.ports, suffix: '' };
    const createServices = (set: ServiceSet) => fromNames((name) => createService(name, set));
    const startAll = (set: Services) => startServices(set, log);
    const stopOne = async (service: ServiceProcess, say: (line: string) => void): Promise<void> => {
      if (!service.running) return;
      await service.stop();
      say(`${service.name} has stopped`);
    };
    const stopAll = (set: Services, say: (line: string) => void = () => undefined) =>
      Promise.all(serviceNames.map((name) => stopOne(set[name], say)));

    let services = createServices(firstSet);
    stops.push((say) => stopAll(services, say));
    await startAll(services);

    let facilitySync: ServiceProcess | undefined;
    stops.push(async (say) => {
      if (facilitySync) await stopOne(facilitySync, say);
    });
    const startFacilitySync: Sandbox['startFacilitySync'] = async (settings = {}) => {
      await facilitySync?.stop();
      const [http = 0, ops = 0] = await freePorts(2);
      const set = { ports: { [FACILITY_SYNC]: { http, ops } }, suffix: '', overrides: settings };
      facilitySync = createService(FACILITY_SYNC, set);
      await facilitySync.start();
      return facilitySync;
    };
    if (channels) await startFacilitySync();

    const apis = {
      commercetools: createCommercetoolsApi(commercetoolsUrl),
      fulfillmenttools: createFulfillmenttoolsApi(fulfillmenttoolsUrl),
    };
    const ingest = {
      commercetools: `http://127.0.0.1:${addresses.ports['ingest-ct'].http}/commercetools`,
      fulfillmenttools: `http://127.0.0.1:${addresses.ports['ingest-fft'].http}/fulfillmenttools`,
      secrets,
    };
    await apis.commercetools.push(ingest.commercetools, secrets.commercetools, { changes: channels });
    const events = harshSeed === undefined ? undefined : mappedEvents;
    await apis.fulfillmenttools.subscribe(ingest.fulfillmenttools, secrets.fulfillmenttools, events);
    if (harshSeed !== undefined) {
      await apis.commercetools.turnHarsh(harshSeed);
      await apis.fulfillmenttools.turnHarsh(harshSeed, { uniqueness, ...legible });
    }
    const delivery = {
      ...(duplicateWebhooks === undefined ? {} : { duplicates: duplicateWebhooks }),
      ...(shuffleWebhooks ? { shuffle: true } : {}),
    };
    await apis.commercetools.deliver(delivery);
    await apis.fulfillmenttools.deliver(delivery);
    const kafka = await createKafkaView(broker, topicPrefix);
    stops.push(() => kafka.close());
    return {
      addresses,
      get services() {
        return services;
      },
      ingest,
      ...apis,
      kafka,
      topicPrefix,
      logDirectory: logs.path,
      async restartWithGroups(newPrefix) {
        await stopAll(services);
        groupPrefix = newPrefix;
        services = createServices(firstSet);
        await startAll(services);
        return services;
      },
      async restartWith(name, settings) {
        await services[name].stop();
        services = { ...services, [name]: createService(name, { ...firstSet, overrides: settings }) };
        await services[name].start();
      },
      startFacilitySync,
      async startSecondSet() {
        const set = createServices({ ports: await choosePorts(), suffix: '-2' });
        stops.push((say) => stopAll(set, say));
        await startAll(set);
        return set;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The only thing that stays kind: here an order is anonymized seconds after it was made, not months. Were it not to be
 * found then, as at some tenants, a placement in doubt would rightly make another one.
 */
const legible = { anonymizedReadable: true };

/** Rejects when `signal` aborts, whatever becomes of the work. */
function orAbort<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return work;
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason as Error);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener('abort', onAbort));
}

const READY_TICK_MS = 3_000;

async function startServices(set: Services, log: (line: string) => void): Promise<void> {
  const waiting = new Set<ServiceName>(serviceNames);
  const ready = () => serviceNames.filter((name) => !waiting.has(name)).join(', ') || 'none';
  await withProgress(
    log,
    'Starting the services',
    () => Promise.all(serviceNames.map(async (name) => (await set[name].start(), waiting.delete(name)))),
    { everyMs: READY_TICK_MS, detail: () => `ready: ${ready()}; not yet: ${[...waiting].join(', ')}` },
  );
}

/** Processes that differ from another set of them. */
interface ProcessSet {
  readonly ports: Readonly<Partial<Record<ProcessName, Ports>>>;
  /** Of the names of their log files. */
  readonly suffix: string;
  readonly overrides?: Readonly<Record<string, string>>;
}

interface ServiceSet extends ProcessSet {
  readonly ports: Addresses['ports'];
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
