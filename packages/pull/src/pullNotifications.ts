import { createLandingHooks, createPublish, defaultBodyLimit, landBody, type ToRecords } from '@pipeline/landing';
import type { Topic } from '@pipeline/schemas';
import { type NotificationSource, scrub, type StreamService } from '@pipeline/service-kit';
import { createIntake } from './intake.ts';
import { createPullObserver } from './pullObserver.ts';
import type { CreatePullSource, PullTransport } from './pullSource.ts';

export interface PullNotificationsOptions {
  readonly source: NotificationSource;
  readonly topic: Topic<Uint8Array>;
  readonly settings: {
    readonly TOPIC_PREFIX: string;
    readonly SHUTDOWN_GRACE_MS: number;
    readonly PULL_MAX_MESSAGES: number;
    readonly PULL_MAX_BYTES: number;
  };
  /** Those that the settings choose. */
  readonly sources: readonly { readonly target: PullTransport; readonly create: CreatePullSource }[];
  /** The same as behind the endpoints. */
  readonly toRecords: ToRecords;
  /** Not ready while a source cannot be read? false where the service lands over HTTP too. */
  readonly gatesReadiness: boolean;
}

type Service = Pick<
  StreamService,
  'producer' | 'identity' | 'shutdown' | 'logger' | 'metrics' | 'checkWritable' | 'persist' | 'addCheck'
>;

/** Of the grace, for what comes after: the offsets of the normalising half, the producer. */
const AFTERWARDS_MS = 5_000;

/** Fetches a vendor's notifications from queues into their topic, from now until the service stops. */
export function pullNotifications(
  { producer, identity, shutdown, logger, metrics, checkWritable, persist, addCheck }: Service,
  { source, topic, settings, sources, toRecords, gatesReadiness }: PullNotificationsOptions,
): void {
  const deployed = `${settings.TOPIC_PREFIX}${topic.name}`;
  const publish = createPublish(producer, deployed);
  const hooks = createLandingHooks({ metrics, logger, source });
  checkWritable(topic);

  const running = sources.map(({ target, create }) => {
    const intake = createIntake({
      land: (body) => landBody({ toRecords, body }, { publish, source, producer: identity }),
      landed: (outcome) =>
        outcome.kind === 'landed' ? hooks.landed?.(outcome) : hooks.rejected?.(outcome.reason, outcome.error),
      maxMessages: settings.PULL_MAX_MESSAGES,
      maxBytes: settings.PULL_MAX_BYTES,
      bodyLimit: defaultBodyLimit,
      observer: createPullObserver({ metrics, logger, source, target }),
    });
    metrics.onScrape(() => {
      metrics.pullInHand.set({ source, target }, intake.inHand.messages);
      metrics.pullReading.set({ source, target }, intake.problem === undefined ? 1 : 0);
    });
    if (gatesReadiness)
      addCheck(() => {
        const { problem } = intake;
        return { ok: problem === undefined, reasons: [`the source ${target} cannot be read: ${scrub(problem ?? '')}`] };
      });

    const started = persist(`loading the client of ${target}`, () => create(intake)).then((reader) => {
      if (reader === undefined) return undefined;
      reader.start();
      logger.info('pulling notifications', { source, target, topic: deployed });
      return reader;
    });
    return { intake, started };
  });

  shutdown.on('stop', 'sources', async () => {
    const stop = async ({ intake, started }: (typeof running)[number]): Promise<void> => {
      await intake.close();
      await (await started)?.close();
    };
    const abandon = (): void => running.forEach(({ intake }) => intake.abandon());
    const grace = setTimeout(abandon, Math.max(0, settings.SHUTDOWN_GRACE_MS - AFTERWARDS_MS));
    const stopped = await Promise.allSettled(running.map(stop));
    clearTimeout(grace);
    const failed = stopped.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  });
}
