import { setTimeout as sleep } from 'node:timers/promises';
import { type Topic, topics } from '@pipeline/schemas';
import { type NotificationSource, type StreamService, toConnections } from '@pipeline/service-kit';
import { checkAccess, createKafka } from '@pipeline/streams/kafka';
import { createCatchUpObserver } from './catchUpObserver.ts';
import { createPacer } from './pacer.ts';
import { createCatchUpPublisher } from './publisher.ts';
import { runCatchUp, type Subscription } from './runCatchUp.ts';
import { createSingleRunner } from './singleRunner.ts';
import type { CatchUpSource } from './source.ts';

export interface CatchUpNotificationsOptions {
  readonly source: NotificationSource;
  /** Of the vendor's account: each has a record of its own. */
  readonly account: string;
  /** The topic that pushes land in. */
  readonly topic: Topic<Uint8Array>;
  readonly settings: CatchUpSettings;
  /** Consumer group, without its prefix. */
  readonly group: string;
  /** undefined: nothing is read; only the subscription is looked at. */
  readonly reader: CatchUpSource | undefined;
  readonly subscription: (Subscription & { readonly statuses: readonly string[] }) | undefined;
  /** Not ready until the group is joined? false where the service does something else, too. */
  readonly gatesReadiness: boolean;
}

type KafkaSettings = Parameters<typeof toConnections>[0];

type CatchUpSettings = Omit<KafkaSettings, 'SCHEMA_REGISTRY_URL'> & {
  readonly SCHEMA_REGISTRY_URL?: string | undefined;
  readonly SHUTDOWN_GRACE_MS: number;
  readonly CATCH_UP_EVERY_MS: number;
  readonly CATCH_UP_LAG_MS: number;
  readonly CATCH_UP_MAX_RATE: number;
  readonly CATCH_UP_SINCE?: number | undefined;
};

type Service = Pick<StreamService, 'producer' | 'identity' | 'shutdown' | 'logger' | 'metrics' | 'addCheck'>;

const DAY = 86_400_000;
/** What commercetools keeps messages for unless it is told otherwise. */
const FIRST_REACH_MS = 15 * DAY;
/** Of the grace, for what comes after: the offsets of the normalising half, the producer. */
const AFTERWARDS_MS = 5_000;
/** Pages per second that are read at most; usually writing what is in them takes longer. */
const MOST_PAGES = 2;

/** Reads a vendor's own record of what happened into the topic of its notifications, in one process at a time. */
export function catchUpNotifications(service: Service, options: CatchUpNotificationsOptions): void {
  const { producer, identity, shutdown, logger, metrics, addCheck } = service;
  const { source, account, settings, reader, subscription, gatesReadiness } = options;
  const deployed = `${settings.TOPIC_PREFIX}${options.topic.name}`;
  const topic = `${settings.TOPIC_PREFIX}${topics.pipelineWatermarks.name}`;
  const groupId = `${settings.GROUP_PREFIX}${options.group}`;
  const kafka = createKafka({
    ...toConnections({ ...settings, SCHEMA_REGISTRY_URL: settings.SCHEMA_REGISTRY_URL ?? '' }),
    clientId: `${settings.KAFKA_CLIENT_ID}-${options.group}`,
  });
  const observer = createCatchUpObserver({
    metrics,
    logger,
    source,
    statuses: subscription?.statuses ?? [],
    losing: subscription?.rules.losing ?? [],
  });
  const pages = createPacer({ perSecond: MOST_PAGES });
  const pacer = createPacer({ perSecond: settings.CATCH_UP_MAX_RATE });
  const chunk = Math.max(1, Math.min(50, settings.CATCH_UP_MAX_RATE));

  const runner = createSingleRunner({
    kafka,
    groupId,
    topic,
    key: `${source}:${account}`,
    producer,
    identity,
    sessionTimeoutMs: settings.KAFKA_SESSION_TIMEOUT_MS,
    onError: (error) => observer.failed('turn', error),
    onTurn(running) {
      metrics.catchUpRunning.set({ source }, running ? 1 : 0);
      if (!running) observer.over();
      logger.info(running ? 'catching up' : 'not catching up: another process may', { source, group: groupId });
    },
    run: (turn) =>
      runCatchUp(turn, {
        source: reader,
        subscription,
        publish: (notifications) =>
          createCatchUpPublisher({
            producer,
            topic: deployed,
            source,
            identity,
            pacer,
            chunk,
            check: () => turn.check(),
            signal: turn.signal,
          })(notifications),
        pace: (signal) => pages.take(1, signal),
        everyMs: settings.CATCH_UP_EVERY_MS,
        lagMs: settings.CATCH_UP_LAG_MS,
        since: settings.CATCH_UP_SINCE ?? Date.now() - FIRST_REACH_MS,
        observer,
      }),
  });

  metrics.catchUpRunning.set({ source }, 0);
  if (gatesReadiness)
    addCheck(() => ({ ok: runner.joined, reasons: [`the group ${groupId} of the catch-up is not joined`] }));
  void begin();
  // Before the producer closes; what is read and not written is read again.
  shutdown.on('stop', 'catch-up', () => runner.stop(Math.max(0, settings.SHUTDOWN_GRACE_MS - AFTERWARDS_MS)));

  /** A right or a topic that is missing is said, and looked for again. */
  async function begin(): Promise<void> {
    while (!shutdown.signal.aborted) {
      try {
        await checkAccess(kafka, { reads: [topic], writes: [topic, deployed], group: groupId });
        if (!shutdown.signal.aborted) runner.start();
        return;
      } catch (error) {
        if (shutdown.signal.aborted) return;
        observer.failed('turn', error);
        await sleep(10_000, undefined, { signal: shutdown.signal }).catch(() => undefined);
      }
    }
  }
}
