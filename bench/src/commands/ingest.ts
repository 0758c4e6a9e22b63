import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@pipeline/schemas';
import { countMissing } from '../load/bits.ts';
import { type HttpLoad, startHttpLoad } from '../load/httpLoad.ts';
import { readLanded } from '../load/httpLanded.ts';
import type { HttpReport, HttpRun } from '../load/httpProtocol.ts';
import { type RunTopics, withTopics } from '../load/kafka.ts';
import { ingestOn } from '../programs/ingest.ts';
import { readUsage } from '../programs/usage.ts';
import { type WatchedProgram, withProgram } from '../programs/withProgram.ts';
import { freePorts } from '../sandboxParts.ts';
import { rounded } from '../statistics.ts';
import type { BenchContext, Figures } from './context.ts';
import { measureOverload } from './ingestOverload.ts';
import { tellProfile } from './tellProfile.ts';

const PATH = '/commercetools';
const WARM_MS = 2_000;
/** Before the first turn: compiling hot code takes thousands of deliveries. */
const COLD_MS = 10_000;
/** The service and the bare server are measured in turns, so that a busy moment of the machine hits both. */
const TURNS = 3;
/** A connection carries one delivery at a time: enough that a paced one never waits for its connection. */
const PACED_CONNECTIONS = 256;

/** A server and how to send to it. */
export interface Subject {
  readonly program: WatchedProgram;
  run(run: Omit<HttpRun, 'target' | 'counted'>, load?: number): Promise<HttpReport>;
}

/** Deliveries per second that ingest-ct acknowledges, beside the same server without Kafka. */
export async function measureIngest(context: BenchContext): Promise<Figures> {
  const loads = [await startHttpLoad(), await startHttpLoad()];
  try {
    return await withTopics(context.broker, (run) => measure(context, run, loads), {
      topics: [topics.commercetoolsNotifications],
    });
  } finally {
    for (const load of loads) await load.stop();
  }
}

async function measure(context: BenchContext, run: RunTopics, loads: readonly HttpLoad[]): Promise<Figures> {
  const { options, log } = context;
  const secret = randomBytes(24).toString('hex');
  const [port = 0, barePort = 0] = await freePorts(2);
  const toSubject = (program: WatchedProgram, at: number, counted: boolean): Subject => ({
    program,
    run: async (wanted, load = 0) => {
      const target = { url: `http://127.0.0.1:${at}${PATH}`, secret, bodyBytes: options.orderBytes, load };
      const sender = loads[load];
      if (!sender) throw new RangeError(`There is no load ${load}.`);
      return program.during(sender.run({ target, counted, ...wanted }));
    },
  });
  const figures = await withProgram(ingestOn(context, { program: 'ingest', run, port, secret }), async (ingest) => {
    await ingest.during(ingest.ready);
    const subject = toSubject(ingest, port, true);
    if (options.rate !== 'max') return measurePaced(context, subject, options.rate);
    const most = await withProgram(
      ingestOn(context, { program: 'bare', run, port: barePort, secret }),
      async (bare) => {
        await bare.during(bare.ready);
        return measureMost(context, subject, toSubject(bare, barePort, false));
      },
    );
    if (options.profile !== undefined) return most;
    const half = most.ackedPerSecond / 2;
    const paced = await measurePaced(context, subject, half);
    const overload =
      options.overloadSeconds === 0 ? null : await measureOverload(context, { subject, loads, perSecond: half });
    // Both tell how many were acknowledged: `pacedAckedPerSecond` is the one, the most is what is asked for.
    return { ...most, ...paced, ackedPerSecond: rounded(most.ackedPerSecond, 0), overload };
  });
  if (options.profile !== undefined) await tellProfile(options.profile, WARM_MS, log);
  log('Reading the topic');
  const landed = await readLanded(
    context.broker,
    `${run.prefix}${topics.commercetoolsNotifications.name}`,
    `${run.prefix}bench`,
  );
  let lost = 0;
  let acknowledged = 0;
  for (const [index, load] of loads.entries()) {
    const found = landed.byLoad[index];
    if (!found) continue;
    const { missing, all } = countMissing(await load.acked(), found);
    lost += missing;
    acknowledged += all;
  }
  const { overload, ...rest } = { overload: null, ...figures };
  return { ...rest, acknowledged, lost, records: landed.records, overload: overload && { lost, ...overload } };
}

async function measurePaced({ options, log }: BenchContext, subject: Subject, perSecond: number) {
  const before = await readUsage(subject.program);
  const report = await subject.run({
    arrival: { is: 'paced', perSecond },
    connections: PACED_CONNECTIONS,
    warmMs: WARM_MS,
    measuredMs: options.seconds * 1_000,
  });
  const { cpuSeconds } = await readUsage(subject.program);
  log(`${rounded(perSecond, 0)}/s paced: p50 ${rounded(report.p50Ms, 1)}, p99 ${rounded(report.p99Ms, 1)} ms`);
  const { acked, ackedPerSecond, p50Ms, p99Ms, p999Ms, errors } = report;
  const sent = (acked * (options.seconds * 1_000 + WARM_MS)) / (options.seconds * 1_000);
  return {
    pacedPerSecond: rounded(perSecond, 0),
    pacedAckedPerSecond: rounded(ackedPerSecond, 0),
    ackedPerSecond,
    p50Ms: rounded(p50Ms, 1),
    p99Ms: rounded(p99Ms, 1),
    p999Ms: rounded(p999Ms, 1),
    errors,
    pacedCpuSecondsPer1000: rounded(((cpuSeconds - before.cpuSeconds) * 1_000) / sent, 3),
    rssMb: rounded(subject.program.largestRssMb, 0),
  };
}

/** Both servers in turns, each with as many deliveries in flight as there are connections. */
async function measureMost({ options, log }: BenchContext, ingest: Subject, bare: Subject) {
  const totals = { ingest: { acked: 0, sent: 0, cpu: 0 }, bare: { acked: 0, sent: 0, cpu: 0 } };
  const errors: Record<string, number> = {};
  const p99s: number[] = [];
  const measuredMs = (options.seconds * 1_000) / TURNS;
  const { connections } = options;
  for (const subject of [ingest, bare]) {
    await subject.run({ arrival: { is: 'closed' }, connections, warmMs: COLD_MS, measuredMs: 1 });
  }
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [name, subject] of [
      ['ingest', ingest],
      ['bare', bare],
    ] as const) {
      const before = await readUsage(subject.program);
      const report = await subject.run({ arrival: { is: 'closed' }, connections, warmMs: WARM_MS, measuredMs });
      const { cpuSeconds } = await readUsage(subject.program);
      totals[name].acked += report.acked;
      totals[name].sent += report.seconds.reduce((sum, { acked }) => sum + acked, 0);
      totals[name].cpu += cpuSeconds - before.cpuSeconds;
      if (name === 'ingest') {
        p99s.push(report.p99Ms);
        for (const [kind, count] of Object.entries(report.errors)) errors[kind] = (errors[kind] ?? 0) + count;
      }
      log(`${name}: ${rounded(report.ackedPerSecond, 0)}/s, p99 ${rounded(report.p99Ms, 1)} ms`);
      // What was in flight when the senders left is not the next one's.
      await sleep(500);
    }
  }
  const ackedPerSecond = totals.ingest.acked / options.seconds;
  const ceilingPerSecond = totals.bare.acked / options.seconds;
  return {
    ackedPerSecond,
    ceilingPerSecond: rounded(ceilingPerSecond, 0),
    ratio: rounded(ackedPerSecond / ceilingPerSecond, 3),
    cpuSecondsPer1000: rounded((totals.ingest.cpu * 1_000) / totals.ingest.sent, 3),
    ceilingCpuSecondsPer1000: rounded((totals.bare.cpu * 1_000) / totals.bare.sent, 3),
    mostP99Ms: rounded(Math.max(...p99s), 1),
    mostErrors: errors,
    rssMb: rounded(ingest.program.largestRssMb, 0),
  };
}
