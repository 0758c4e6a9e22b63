import {
  type Cursor,
  cursorAt,
  createCatchUpPublisher,
  createPacer,
  sweep,
  timeOf,
  type CaughtUp,
} from '@pipeline/catch-up';
import { createCommercetoolsClient, createMessageRecord, createOrderRecord } from '@pipeline/platform-commercetools';
import { topics } from '@pipeline/schemas';
import { commercetoolsSettings, type Environment, loadSettings, toCommercetoolsAccess } from '@pipeline/service-kit';
import { createKafka, createProducerQueue } from '@pipeline/streams/kafka';
import { describeTime } from '../duration.ts';
import { type Output, toJson } from '../output.ts';
import type { OpsTarget } from '../target.ts';
import { type CatchUpOptions, DEFAULT_RATE } from './arguments.ts';

interface Counts {
  read: number;
  /** Without those that say the same. */
  distinct: number;
  written: number;
  readonly orders: Set<string>;
}

const PAGES_PER_SECOND = 2;
const CHUNK = 50;

/**
 * `catch-up commercetools`: what the role catch-up of ingest-ct does, once, for a time. Returns the exit code.
 * @throws Error that says how far it came and how to go on; SettingsError.
 */
export async function catchUp(
  { env, target }: { readonly env: Environment; readonly target: OpsTarget },
  options: CatchUpOptions,
  output: Output,
): Promise<number> {
  const { from, dryRun, json } = options;
  const access = toCommercetoolsAccess(loadSettings(commercetoolsSettings, env));
  const say = json ? output.err : output.out;
  const client = createCommercetoolsClient(access);
  const record = { api: client.api, projectKey: access.projectKey };
  const unknown = (error: unknown): void => output.err(`Going on unseen: ${(error as Error).message}`);
  const source = from === 'messages' ? createMessageRecord(record, unknown) : createOrderRecord(record);
  const counts: Counts = { read: 0, distinct: 0, written: 0, orders: new Set() };
  const period = `${describeTime(options.since)} to ${describeTime(options.until)} UTC`;
  try {
    const { retentionMs } = await source.check(new AbortController().signal);
    if (retentionMs !== undefined && options.since < Date.now() - retentionMs)
      output.err(
        `commercetools keeps messages for ${retentionMs / 86_400_000} d only: read the orders of the time before with --from orders.`,
      );
    await sweepPeriod({ source, options, counts, say: output.err, publish: toPublish({ target, options, counts }) });
  } finally {
    await client.close();
  }
  say(`${from} of project ${access.projectKey}, ${period}: ${counts.read} read, about ${counts.orders.size} orders.`);
  say(
    dryRun
      ? `Dry run: ${counts.distinct} notifications would be written; nothing was.`
      : `${counts.written} notifications written. What they made good: pipeline_catch_up_repaired_total of order-router.`,
  );
  if (json) output.out(toJson(toReport(options, access.projectKey, counts)));
  return 0;
}

interface Sweeping {
  readonly source: Parameters<typeof sweep>[0]['source'];
  readonly options: CatchUpOptions;
  readonly counts: Counts;
  readonly say: Output['err'];
  readonly publish: Publishing;
}

async function sweepPeriod({ source, options, counts, say, publish }: Sweeping): Promise<void> {
  const { signal } = new AbortController();
  const pages = createPacer({ perSecond: PAGES_PER_SECOND });
  let reached: Cursor = cursorAt(options.since);
  try {
    await sweep({
      source,
      after: reached,
      until: new Date(options.until).toISOString(),
      signal,
      pace: () => pages.take(1, signal),
      async publish(notifications) {
        counts.distinct += notifications.length;
        for (const { key } of notifications) counts.orders.add(key);
        await publish.write(notifications);
      },
      passed(cursor, { read }) {
        reached = cursor;
        counts.read += read;
        say(`… ${counts.read} read, up to ${describeTime(timeOf(cursor))} UTC`);
        return Promise.resolve();
      },
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Stopped after ${counts.read} read and ${counts.written} written: ${why}\nGo on with: ${command({ ...options, since: timeOf(reached) })}`,
      { cause },
    );
  } finally {
    await publish.close();
  }
}

interface Publishing {
  write(notifications: readonly CaughtUp[]): Promise<void>;
  close(): Promise<void>;
}

function toPublish({
  target,
  options,
  counts,
}: {
  readonly target: OpsTarget;
  readonly options: CatchUpOptions;
  readonly counts: Counts;
}): Publishing {
  if (options.dryRun) return { write: () => Promise.resolve(), close: () => Promise.resolve() };
  const topic = topics.commercetoolsNotifications;
  const producer = createProducerQueue({
    kafka: createKafka({ ...target, clientId: 'pipeline-ops' }),
    maxTopicBytes: () => topic.maxMessageBytes,
  });
  const write = createCatchUpPublisher({
    producer,
    topic: `${target.prefix}${topic.name}`,
    source: 'commercetools',
    identity: 'ops',
    pacer: createPacer({ perSecond: options.perSecond }),
    chunk: Math.max(1, Math.min(CHUNK, Math.floor(options.perSecond))),
    check: () => undefined,
    signal: new AbortController().signal,
  });
  return {
    async write(notifications) {
      await write(notifications);
      counts.written += notifications.length;
    },
    close: () => producer.close(),
  };
}

const command = ({ from, since, until, perSecond, dryRun }: CatchUpOptions): string =>
  [
    `npm run ops -- catch-up commercetools --since ${new Date(since).toISOString()} --until ${new Date(until).toISOString()}`,
    ...(from === 'messages' ? [] : [`--from ${from}`]),
    ...(perSecond === DEFAULT_RATE ? [] : [`--rate ${perSecond}`]),
    ...(dryRun ? ['--dry-run'] : []),
  ].join(' ');

const toReport = ({ from, since, until, dryRun }: CatchUpOptions, projectKey: string, counts: Counts) => ({
  projectKey,
  from,
  since: new Date(since).toISOString(),
  until: new Date(until).toISOString(),
  dryRun,
  read: counts.read,
  distinct: counts.distinct,
  orders: counts.orders.size,
  written: counts.written,
});
