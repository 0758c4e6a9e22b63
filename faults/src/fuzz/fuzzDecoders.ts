import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { DecoderWork } from './decoderWorker.ts';
import { createInputs, inputKinds } from './inputs.ts';
import type { DecoderCounts, Finding } from './runDecoders.ts';
import { readSamples } from './samples.ts';

export interface FuzzDecoders {
  readonly seed: number;
  readonly inputs: number;
  /** Threads that share them. */
  readonly workers: number;
  /** An input that takes longer is a hang. */
  readonly hangMs: number;
  readonly log: (line: string) => void;
}

export interface DecoderReport extends DecoderCounts {
  /** Inputs that were given to every decoder. */
  readonly inputs: number;
  readonly crashes: number;
  readonly hangs: number;
}

const LOOK_MS = 250;
const TELL_MS = 30_000;

/** All inputs, in threads beside this one, each watched for an input that never ends or ends the thread. */
export async function fuzzDecoders({ inputs, workers, ...options }: FuzzDecoders): Promise<DecoderReport> {
  const shares = Array.from({ length: workers }, (_, index) => ({
    from: Math.floor((inputs * index) / workers),
    to: Math.floor((inputs * (index + 1)) / workers),
  }));
  const reports = await Promise.all(shares.map((share) => fuzzShare({ ...options, ...share })));
  return reports.reduce(add);
}

type Share = Omit<FuzzDecoders, 'inputs' | 'workers'> & Pick<DecoderWork, 'from' | 'to'>;

async function fuzzShare({ seed, from, to, hangMs, log }: Share): Promise<DecoderReport> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const work: DecoderWork = { seed, from, to, progress };
  const worker = new Worker(new URL('decoderWorker.ts', import.meta.url), { workerData: work });
  const done = Promise.withResolvers<DecoderCounts | Finding>();
  const toFinding = (what: string): Finding => {
    const input = Atomics.load(progress, 0);
    return { decoder: 'any', input, kind: createInputs(seed, readSamples())(input).kind, what };
  };
  worker.once('message', (counts: DecoderCounts) => done.resolve(counts));
  worker.once('error', (error) => done.resolve(toFinding(`ended the thread: ${String(error)}`)));
  const watching = new AbortController();
  const watched = watch(progress, { hangMs, log, signal: watching.signal }).then((hung) => {
    if (hung) done.resolve(toFinding(`took longer than ${hangMs} ms`));
  });
  const result = await done.promise;
  watching.abort();
  await watched;
  await worker.terminate();
  const last = Atomics.load(progress, 0);
  if (!('what' in result)) {
    const { findings } = result;
    return { ...result, inputs: findings.length > 0 ? last + 1 - from : to - from, crashes: findings.length, hangs: 0 };
  }
  const isHang = result.what.startsWith('took');
  const nothing = { byKind: {} as DecoderCounts['byKind'], outcomes: {}, slowest: { ms: 0, input: result.input } };
  return { ...nothing, inputs: last - from, findings: [result], crashes: isHang ? 0 : 1, hangs: isHang ? 1 : 0 };
}

function add(one: DecoderReport, other: DecoderReport): DecoderReport {
  const names = new Set([...Object.keys(one.outcomes), ...Object.keys(other.outcomes)]);
  const outcomes = [...names].map((name) => {
    const both = [one, other].map((report) => report.outcomes[name] ?? { read: 0, refused: 0 });
    const sum = (what: 'read' | 'refused') => both.reduce((total, counts) => total + counts[what], 0);
    return [name, { read: sum('read'), refused: sum('refused') }];
  });
  const byKind = inputKinds.map((kind) => [kind, (one.byKind[kind] ?? 0) + (other.byKind[kind] ?? 0)]);
  return {
    byKind: Object.fromEntries(byKind) as DecoderCounts['byKind'],
    outcomes: Object.fromEntries(outcomes) as DecoderCounts['outcomes'],
    findings: [...one.findings, ...other.findings],
    slowest: one.slowest.ms >= other.slowest.ms ? one.slowest : other.slowest,
    inputs: one.inputs + other.inputs,
    crashes: one.crashes + other.crashes,
    hangs: one.hangs + other.hangs,
  };
}

interface Watch {
  readonly hangMs: number;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** true: the same input for too long. Time in which this thread did not run, either, does not count. */
async function watch(progress: Int32Array<SharedArrayBuffer>, { hangMs, log, signal }: Watch): Promise<boolean> {
  let [seen, looks] = [-1, 0];
  let said = Date.now();
  while (!signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    const present = Atomics.load(progress, 0);
    looks = present === seen ? looks + 1 : 0;
    seen = present;
    if (present > 0 && looks * LOOK_MS > hangMs) return true;
    if (Date.now() - said > TELL_MS) {
      said = Date.now();
      log(`at input ${present}`);
    }
  }
  return false;
}
