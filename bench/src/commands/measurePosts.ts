import path from 'node:path';
import { PARTITIONS } from '@pipeline/schemas';
import type { RunTopics } from '../load/kafka.ts';
import { routerOn } from '../programs/router.ts';
import { engineEnvironment } from '../programs/settings.ts';
import { readUsage } from '../programs/usage.ts';
import { withProgram, type WithProgramOptions } from '../programs/withProgram.ts';
import { steadyRate, toSkip } from '../statistics.ts';
import type { VendorReport } from '../vendor/protocol.ts';
import type { BenchContext } from './context.ts';

/** What posts the orders of a topic. */
export type Poster = 'router' | 'post-only' | 'plain-loop';

export interface PostRun {
  readonly run: RunTopics;
  readonly poster: Poster;
  /** POSTs that will be answered. */
  readonly count: number;
  /** tenantOrderIds that are never answered. (Default: none) */
  readonly stuck?: readonly string[];
}

export interface PostFigures {
  readonly perSecond: number;
  /** In the second half, when V8 has compiled what is hot: what a process does from its first minute on. */
  readonly warmPerSecond: number;
  /** Of the process in the steady part, per 1,000 orders; NaN where it shows no metrics. */
  readonly cpuSecondsPer1000: number;
  /** The largest that was seen; NaN where it shows no metrics. */
  readonly rssMb: number;
  /** From the start of the process until its start-up was over. */
  readonly startMs: number;
  readonly report: VendorReport;
}

/** Bytes of the JSON that the router makes of an order of 3,000 bytes. */
const POST_BYTES = 2_600;

/**
 * Lets the poster drain the topic and measures at the vendor: from the answer with which the start is over (see
 * `toSkip`) to the last one.
 */
export async function measurePosts(
  context: BenchContext,
  { run, poster, count, stuck = [] }: PostRun,
): Promise<PostFigures> {
  const { vendor, options } = context;
  const skip = toSkip(count, poster === 'plain-loop' ? PARTITIONS : options.concurrency);
  const { latencyMs } = options;
  const counting = await vendor.expect({ answers: count, steadyFrom: skip, latencyMs, stuck });
  // Nobody waits at the end for what is never answered.
  const settings: Record<string, string> = stuck.length > 0 ? { SHUTDOWN_GRACE_MS: '6000' } : {};
  const posting = poster === 'router' ? routerOn(context, run, settings) : standInOn(context, run, poster);
  return withProgram(posting, async (program) => {
    const startedAt = performance.now();
    await program.during(counting.steady);
    const startMs = performance.now() - startedAt;
    const before = await readUsage(program).catch(() => undefined);
    await program.during(counting.finished);
    const after = await readUsage(program).catch(() => undefined);
    const cpuSeconds = before && after ? after.cpuSeconds - before.cpuSeconds : Number.NaN;
    const report = await vendor.report();
    const answeredAt = report.answeredAt.slice(0, count);
    return {
      perSecond: steadyRate(answeredAt, skip),
      warmPerSecond: steadyRate(answeredAt, Math.ceil(count / 2)),
      cpuSecondsPer1000: (cpuSeconds * 1_000) / (count - skip),
      rssMb: program.largestRssMb,
      startMs,
      report,
    };
  });
}

function standInOn(
  { vendor, options, logs }: BenchContext,
  run: RunTopics,
  poster: 'post-only' | 'plain-loop',
): WithProgramOptions {
  const { concurrency } = options;
  return {
    main: poster === 'post-only' ? 'bench/src/programs/postOnly.main.ts' : 'bench/src/programs/plainLoop.main.ts',
    env: (opsPort) => ({
      ...engineEnvironment({ run, opsPort, concurrency }),
      POST_URL: `${vendor.url}/api/orders`,
      POST_BYTES: String(POST_BYTES),
    }),
    logFile: path.join(logs, `${poster}.log`),
  };
}
