import type { HttpLoad } from '../load/httpLoad.ts';
import type { HttpReport } from '../load/httpProtocol.ts';
import { readUsage } from '../programs/usage.ts';
import { rounded } from '../statistics.ts';
import type { BenchContext } from './context.ts';
import type { Subject } from './ingest.ts';

/** The landing server's default. */
const IN_FLIGHT_CAP = 512;
const TIMES = 50;
/** Afterwards it is watched for so long. */
const WATCHED_SECONDS = 20;
/** Normal is what stays so for as many seconds. */
const STEADY_SECONDS = 3;
/** The goal at half of the maximum. */
const NORMAL_P99_MS = 50;
const NORMAL_SHARE = 0.95;

export interface OverloadOptions {
  readonly subject: Subject;
  readonly loads: readonly HttpLoad[];
  /** The rate at which it is to be normal again. */
  readonly perSecond: number;
}

/** Far more senders than the server takes at a time, for a while; then a normal rate again. */
export async function measureOverload(context: BenchContext, { subject, loads, perSecond }: OverloadOptions) {
  const { options, log } = context;
  const senders = TIMES * IN_FLIGHT_CAP;
  const normal = { arrival: { is: 'paced', perSecond }, connections: 256, warmMs: 0 } as const;
  const before = await readUsage(subject.program);
  const baseline = await subject.run({ ...normal, measuredMs: 5_000 });
  log(`Overload: ${senders} senders for ${options.overloadSeconds} s`);
  const reports = await Promise.all(
    loads.map((_, load) =>
      subject.run(
        {
          arrival: { is: 'closed' },
          connections: Math.floor(senders / loads.length),
          warmMs: 0,
          measuredMs: options.overloadSeconds * 1_000,
        },
        load,
      ),
    ),
  );
  const maxMb = subject.program.largestRssMb;
  const after = await subject.run({ ...normal, measuredMs: WATCHED_SECONDS * 1_000 });
  const settled = await readUsage(subject.program);
  const errors: Record<string, number> = {};
  for (const report of reports) {
    for (const [kind, count] of Object.entries(report.errors)) errors[kind] = (errors[kind] ?? 0) + count;
  }
  const recoverySeconds = toRecovery(after.seconds, { perSecond, p99Ms: Math.max(NORMAL_P99_MS, 2 * baseline.p99Ms) });
  log(`Back to normal after ${recoverySeconds ?? 'more than 20'} s`);
  return {
    recoverySeconds,
    senders,
    seconds: options.overloadSeconds,
    ackedPerSecond: rounded(
      reports.reduce((sum, report) => sum + report.ackedPerSecond, 0),
      0,
    ),
    errors,
    baselineP99Ms: rounded(baseline.p99Ms, 1),
    afterP99Ms: rounded(after.seconds.at(-2)?.p99Ms ?? Number.NaN, 1),
    rssMb: { before: rounded(before.rssMb, 0), max: rounded(maxMb, 0), after: rounded(settled.rssMb, 0) },
  };
}

export interface Normal {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** Seconds until a steady time begins in which the rate is what is asked for and p99 as before; null: never. */
export function toRecovery(seconds: HttpReport['seconds'], { perSecond, p99Ms }: Normal): number | null {
  const isNormal = (at: number): boolean => {
    const second = seconds[at];
    return second !== undefined && second.acked >= NORMAL_SHARE * perSecond && second.p99Ms <= p99Ms;
  };
  for (let at = 0; at + STEADY_SECONDS <= seconds.length; at += 1) {
    if (Array.from({ length: STEADY_SECONDS }, (_, step) => at + step).every(isNormal)) return at;
  }
  return null;
}
