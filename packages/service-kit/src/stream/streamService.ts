import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { allTopics, type Topic } from '@pipeline/schemas';
import { armedFailpoints, type BreakerState, createRetryPolicy, stateOf, type Topology } from '@pipeline/streams';
import { type Codec, createCodec } from '@pipeline/streams/avro';
import {
  type Access,
  checkAccess,
  createKafka,
  createProcessor,
  createProducerQueue,
  type Processor,
  type KafkaLogLine,
  type ProducerQueue,
} from '@pipeline/streams/kafka';
import { createLogger, type Logger } from '../logging/logger.ts';
import { exposeGuards, type Guards } from '../metrics/exposeGuards.ts';
import { measureHttpCalls } from '../metrics/httpCalls.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { type Check, createOpsServer } from '../opsServer.ts';
import type { SettingDefinitions, SettingsOf } from '../settings/definition.ts';
import { describeSettings } from '../settings/describe.ts';
import { toConnections } from '../settings/kafkaConnection.ts';
import type { engineSettings, kafkaSettings, opsSettings } from '../settings/shared.ts';
import { createShutdown, type Shutdown } from '../shutdown.ts';
import { createRecordHeaders } from './recordHeaders.ts';
import { createBreakerLog } from './breakerLog.ts';
import { createProcessorObserver, exposeProcessor } from './processorObserver.ts';
import { keepNurserySmall } from './smallNursery.ts';

/** SCHEMA_REGISTRY_URL: not needed by a service that encodes and decodes nothing. */
export type StreamServiceSettings = Omit<SettingsOf<typeof kafkaSettings>, 'SCHEMA_REGISTRY_URL'> & {
  readonly SCHEMA_REGISTRY_URL?: string | undefined;
} & SettingsOf<typeof opsSettings>;
export type EngineSettings = SettingsOf<typeof engineSettings>;

/** What every service of the pipeline is made of, connected to its probes, metrics and shutdown. */
export interface StreamService {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly shutdown: Shutdown;
  readonly codec: Codec;
  readonly producer: ProducerQueue;
  /** name@version */
  readonly identity: string;
  /** This process, as it appears in claims and entries. */
  readonly member: string;
  /** Measures the calls of a vendor's client, shows its breaker, and closes it at the end. */
  useVendor(target: string, url: string, client: VendorClient): void;
  /** Not ready until the broker lets us write to the topic. */
  checkWritable(topic: Topic): void;
  /** Does the broker let us write to the topic now? Rejects with the reason why it does not. */
  canWrite(topic: Topic): Promise<void>;
  /** The part of the group's partitions that this process owns, in (0, 1]; 1 while that is not known. */
  share(): number;
  /** Logs that a vendor is not called any more, and that it is again. */
  breakerChanged(target: string, state: BreakerState): void;
  /** A readiness check; all must hold. */
  addCheck(check: () => Check): void;
  /**
   * Something that must succeed before the service can work: tried until it does, not ready until then. undefined: the
   * service stopped before.
   */
  persist<Result>(what: string, attempt: (signal: AbortSignal) => Promise<Result>): Promise<Result | undefined>;
  /** Joins the group and processes until the shutdown. Starting is tried until Kafka is there. */
  run<Value, State>(topology: Topology<Value, State>, options: RunOptions): Processor;
}

export interface VendorClient extends Guards {
  close(): Promise<void>;
}

export interface RunOptions {
  readonly settings: EngineSettings;
  /** Suffix of the group id after the service's name. (Default: none) */
  readonly groupSuffix?: string;
  /** Reads nothing: the switch is off. */
  readonly hold?: boolean;
  /** The state topic may be empty although the group has committed offsets: an operator has said so. (Default: false) */
  readonly acceptEmptyState?: boolean;
  /** Where checkpoints of the state are kept. (Default: nowhere) */
  readonly stateDirectory?: string | undefined;
  /**
   * Is the service ready only when this processor can work? false where something else is what counts: an ingest
   * service is ready when it can land, whatever its normalising half waits for. (Default: true)
   */
  readonly gatesReadiness?: boolean;
}

export interface StreamServiceOptions {
  readonly name: string;
  readonly version: string;
  readonly settings: StreamServiceSettings;
  /** Of all settings of the service: they are logged at the start, secrets only as set or not. */
  readonly definitions: SettingDefinitions;
  /** Every topic whose values are encoded or decoded. */
  readonly topics: readonly Topic[];
}

const START_PAUSE_MS = 2_000;

/**
 * The Kafka client repeats what fails by itself and calls each try an error; what fails for good is logged by whoever
 * asked for it. Some of it is no failure at all: a rebalance, a coordinator that is being found, a transaction whose
 * markers are being written.
 */
function levelOf(level: KafkaLogLine['level'], text: string): 'debug' | 'warn' {
  const ordinary =
    /another concurrent operation|group is rebalancing|coordinator (is|for)|not the correct coordinator/i;
  return level === 'error' && !ordinary.test(text) ? 'warn' : 'debug';
}

/**
 * Starts the probes and connects to Kafka in the background: a broker or registry that is down delays the service, it
 * does not end it.
 */
export async function createStreamService({
  name,
  version,
  settings,
  definitions,
  topics,
}: StreamServiceOptions): Promise<StreamService> {
  const logger = createLogger({ service: name, version, level: settings.LOG_LEVEL });
  logger.info('starting', { settings: describeSettings(definitions, { ...settings }) });
  const metrics = createMetrics({ service: name, version });
  const httpCalls = measureHttpCalls(metrics);
  const shutdown = createShutdown({ logger, graceMs: settings.SHUTDOWN_GRACE_MS });
  const identity = `${name}@${version}`;
  const member = `${name}-${randomUUID()}`;
  // Of no topic is a schema asked.
  const { SCHEMA_REGISTRY_URL = '' } = settings;
  const connections = toConnections({ ...settings, SCHEMA_REGISTRY_URL });
  const kafka = createKafka({
    ...connections,
    clientId: `${settings.KAFKA_CLIENT_ID}-${name}`,
    onLog: ({ level, logger: source, message, details }) => {
      const text = `${message} ${String(details['error'] ?? '')}`;
      logger[levelOf(level, text)](`kafka: ${text}`, { source });
    },
  });
  const codec = createCodec({ ...connections, prefix: settings.TOPIC_PREFIX, topics });
  const limits = new Map(allTopics.map((topic) => [`${settings.TOPIC_PREFIX}${topic.name}`, topic.maxMessageBytes]));
  const producer = createProducerQueue({ kafka, maxTopicBytes: (topic) => limits.get(topic) });
  const processors: Processor[] = [];
  const gates: Processor[] = [];
  const checks: (() => Check)[] = [];
  const missing = new Map<string, string>();

  /** Tries until it succeeds; undefined: the service stopped before. */
  async function retry<Result>(
    what: string,
    attempt: (signal: AbortSignal) => Promise<Result>,
    onFailure?: (error: unknown) => void,
  ): Promise<Result | undefined> {
    while (!shutdown.signal.aborted) {
      try {
        return await attempt(shutdown.signal);
      } catch (error) {
        onFailure?.(error);
        logger.warn(`${what} failed, will try again`, { retryAfterMs: START_PAUSE_MS, error });
        await sleep(START_PAUSE_MS, undefined, { signal: shutdown.signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  async function persist<Result>(
    what: string,
    attempt: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | undefined> {
    missing.set(what, `${what}: not done yet`);
    const result = await retry(what, attempt, (error) => {
      missing.set(what, `${what}: ${error instanceof Error ? error.message : 'failed'}`);
    });
    if (!shutdown.signal.aborted) missing.delete(what);
    return result;
  }

  const ops = await createOpsServer({
    host: settings.HOST,
    port: settings.OPS_PORT,
    metrics,
    livez: () => {
      const crashed = processors.some((processor) => processor.status().crashed);
      return crashed ? { ok: false, reasons: ['the consumer crashed and does not restart'] } : { ok: true };
    },
    readyz: () => {
      const reasons = [
        ...(shutdown.signal.aborted ? ['stopping'] : []),
        ...missing.values(),
        ...gates.flatMap(processorReasons),
        ...checks.flatMap((check) => {
          const { ok, reasons: why = [] } = check();
          return ok ? [] : why;
        }),
      ];
      return { ok: reasons.length === 0, reasons };
    },
  });
  shutdown.on('close', 'producer', () => producer.close());
  shutdown.on('close', 'probes', () => ops.close());
  logger.info('listening for probes', { url: ops.url });
  const reasons = armedFailpoints();
  if (reasons.length > 0) logger.warn('FAILPOINT is set: this process fails on purpose, never run it so', { reasons });

  void persist(`connecting to Kafka at ${settings.KAFKA_BROKERS.join(', ')}`, () => producer.connect());

  return {
    logger,
    metrics,
    shutdown,
    codec,
    producer,
    identity,
    member,
    persist,
    useVendor(target, url, client) {
      httpCalls.addTarget(url, target);
      exposeGuards(metrics, target, client);
      shutdown.on('close', `client of ${target}`, () => client.close());
    },
    share: () => shareOf(processors),
    breakerChanged: createBreakerLog(logger),
    addCheck: (check) => void checks.push(check),
    canWrite: ({ name: topic }) => checkAccess(kafka, { reads: [], writes: [`${settings.TOPIC_PREFIX}${topic}`] }),
    checkWritable({ name: topic }) {
      const deployed = `${settings.TOPIC_PREFIX}${topic}`;
      void persist(`checking the rights on ${deployed}`, () => checkAccess(kafka, { reads: [], writes: [deployed] }));
    },
    run(
      topology,
      {
        settings: engine,
        groupSuffix = '',
        hold = false,
        gatesReadiness = true,
        acceptEmptyState = false,
        stateDirectory,
      },
    ) {
      const group = `${settings.GROUP_PREFIX}${name}${groupSuffix}`;
      const deployedLanes = new Set((topology.lanes ?? []).map((lane) => `${settings.TOPIC_PREFIX}${lane.name}`));
      const processor = createProcessor({
        topology,
        kafka,
        codec,
        producer,
        headersOf: createRecordHeaders(identity),
        retry: createRetryPolicy({ baseMs: engine.RETRY_BASE_MS, capMs: engine.RETRY_CAP_MS }),
        group,
        prefix: settings.TOPIC_PREFIX,
        service: identity,
        member,
        concurrency: engine.CONCURRENCY,
        requestTimeoutMs: engine.REQUEST_TIMEOUT_MS,
        replayPerSecond: engine.REPLAY_MAX_RATE,
        parkAfterMs: engine.PARK_AFTER_MS,
        floodGuard: engine.DEAD_LETTER_FLOOD_GUARD,
        readTimeoutMs: Math.min(30_000, engine.REQUEST_TIMEOUT_MS),
        sessionTimeoutMs: settings.KAFKA_SESSION_TIMEOUT_MS,
        hold,
        acceptEmptyState,
        stateDirectory,
        observer: createProcessorObserver({ logger, metrics, lanes: deployedLanes }),
      });
      processors.push(processor);
      if (gatesReadiness) gates.push(processor);
      exposeProcessor(metrics, group, processor);
      if (stateOf(topology)) {
        keepNurserySmall(() => {
          const { joined, restoringPartitions } = processor.status();
          return !joined || restoringPartitions > 0;
        });
      }
      // A little before the grace ends, so that offsets can still be committed.
      shutdown.on('drain', topology.name, () => processor.stop(Math.max(0, settings.SHUTDOWN_GRACE_MS - 5_000)));
      const begin = gatesReadiness ? persist : retry;
      void begin('fetching the schemas', () => codec.warm());
      void begin('joining the group', async () => {
        await checkAccess(kafka, { ...accessOf(topology, settings.TOPIC_PREFIX), group });
        await processor.start();
      });
      return processor;
    },
  };
}

function accessOf<Value, State>(topology: Topology<Value, State>, prefix: string): Access {
  const { sources, lanes = [], tables = [], sinks, deadLetters } = topology;
  const own = stateOf(topology);
  const deployed = (topics: readonly Topic[]): string[] => topics.map(({ name }) => `${prefix}${name}`);
  return {
    reads: deployed([...sources, ...lanes, ...tables.map(({ topic }) => topic), ...(own ? [own] : [])]),
    writes: deployed([...sinks, deadLetters, ...(own ? [own] : [])]),
  };
}

function shareOf(processors: readonly Processor[]): number {
  const states = processors.map((processor) => processor.status());
  const all = states.reduce((sum, { partitions }) => sum + partitions, 0);
  const owned = states.reduce((sum, { ownedPartitions }) => sum + ownedPartitions, 0);
  return all === 0 || owned === 0 ? 1 : owned / all;
}

function processorReasons(processor: Processor): string[] {
  const { joined, restoringPartitions, fencedPartitions, crashed, problems } = processor.status();
  const isRead = problems.length === 0;
  return [
    ...new Set(problems),
    ...(crashed ? ['the consumer crashed'] : []),
    ...(joined ? [] : ['not joined to the consumer group']),
    ...(restoringPartitions > 0
      ? [`${isRead ? 'restoring the state of' : 'not open:'} ${restoringPartitions} partitions`]
      : []),
    ...(fencedPartitions.length > 0
      ? [`owned elsewhere: partitions ${fencedPartitions.join(', ')}; stop the other deployment, then restart this one`]
      : []),
  ];
}
