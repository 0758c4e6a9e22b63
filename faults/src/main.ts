/** `npm run faults`: rows of the fault matrix, on a real broker. */
import { type Broker, startBroker } from '@pipeline/sandbox';
import { type FaultsOptions, parseOptions, usage } from './options.ts';
import { UsageError } from './sandboxParts.ts';
import { runTests } from './proofs/runTests.ts';
import { describeResult } from './report.ts';
import type { ProcessRow, Row, TestRow } from './row.ts';
import { rows as allRows } from './rows/index.ts';
import { type RowResult, type RunRow, runRow } from './runRow.ts';
import { soakCommand } from './soak/command.ts';
import { parseSoak, soakUsage } from './soak/options.ts';
import { createLogDirectory, listenForInterrupt, runStops, type Stop } from './sandboxParts.ts';

type Print = (line: string) => void;

const LINGER_MS = 3_000;

async function proveByTests(rows: readonly Row[], broker: Broker, seed: number): Promise<RowResult[]> {
  const env = {
    SANDBOX_KAFKA: 'external',
    KAFKA_BROKERS: broker.brokers.join(','),
    SCHEMA_REGISTRY_URL: broker.registryUrl,
    ...broker.settings,
  };
  const results: RowResult[] = [];
  for (const level of ['unit', 'int'] as const) {
    const ofLevel = rows.filter((row): row is TestRow => row.level === level);
    for (const { row, passed, ms, problem } of await runTests(ofLevel, env)) {
      const { row: number, title } = row;
      const seconds = Math.round(ms / 100) / 10;
      const outcome = { passed: problem === null, work: { tests: passed }, violations: [], problem };
      results.push({ row: number, title, level, seed, seconds, ...outcome });
    }
  }
  return results;
}

async function runOnOwnBroker(row: ProcessRow, how: Omit<RunRow, 'broker'>, told: AbortSignal) {
  const broker = await startBroker({ log: how.log, force: 'maven', env: process.env, signal: told });
  try {
    const { tidied, ...result } = await runRow(row, { broker, ...how });
    await tidied;
    return { ...result, tidied };
  } finally {
    await broker.stop();
  }
}

/** Resolves with the exit code. */
async function main({ rows: wanted, seed, full, json, keepLogs }: FaultsOptions, told: AbortSignal): Promise<number> {
  const print: Print = json ? console.error : console.log;
  const rows = allRows.filter(({ row }) => wanted.length === 0 || wanted.includes(row));
  print(
    `Seed ${seed}: npm run faults -- ${wanted.map((row) => `--row ${row} `).join('')}--seed ${seed}${full ? ' --full' : ''}`,
  );
  const stops: Stop[] = [];
  const logs = await createLogDirectory({ kept: keepLogs });
  const results: RowResult[] = [];
  let warning: string | undefined;
  const tell = (result: RowResult): void => {
    results.push(result);
    describeResult(result).forEach((line) => print(line));
  };
  try {
    const broker = await startBroker({ log: print, env: process.env, signal: told });
    stops.push(() => broker.stop());
    warning = broker.warning;
    const tidied: Promise<void>[] = [];
    stops.push(() => Promise.all(tidied));
    for (const row of rows.filter((candidate): candidate is ProcessRow => candidate.level === 'process')) {
      if (told.aborted) break;
      const how = { seed, full, logs: logs.path, log: print };
      const { tidied: topicsGone, ...result } = await (full && row.restartsBroker
        ? runOnOwnBroker(row, how, told)
        : runRow(row, { broker, ...how }));
      topicsGone.catch(() => undefined);
      tidied.push(topicsGone);
      tell(result);
    }
    if (!told.aborted) (await proveByTests(rows, broker, seed)).forEach(tell);
  } finally {
    await runStops(stops, print).finally(async () => {
      const clean = results.length === rows.length && results.every(({ passed }) => passed);
      if (await logs.close({ keep: !clean && !told.aborted })) print(`The logs of the services are in ${logs.path}`);
    });
  }
  const failed = results.filter(({ passed }) => !passed).map(({ row }) => row);
  print(
    `${results.length - failed.length} of ${rows.length} rows passed${failed.length > 0 ? `, not ${failed.join(', ')}` : ''}; seed ${seed}`,
  );
  if (warning !== undefined) console.error(`Warning: ${warning}`);
  if (json) console.log(JSON.stringify({ seed, full, rows: results }));
  return failed.length === 0 && results.length === rows.length ? 0 : 1;
}

let told: AbortSignal | undefined;

async function runRows(args: readonly string[]): Promise<void> {
  const options = parseOptions(
    args,
    allRows.map(({ row }) => row),
  );
  if (options === 'help') return console.log(usage);
  if (options.list) {
    for (const { row, level, invariants, title } of allRows)
      console.log(`${String(row).padStart(3)}  ${level.padEnd(7)}  ${title}  [${invariants.join(', ')}]`);
    return;
  }
  const answer = 'Stopping after this row; Ctrl-C again ends at once';
  told = listenForInterrupt({ print: console.error, answer });
  process.exitCode = await main(options, told);
}

async function soak(args: readonly string[]): Promise<void> {
  const flags = parseSoak(args);
  if (flags === 'help') return console.log(soakUsage);
  told = listenForInterrupt({ print: console.error });
  process.exitCode = await soakCommand(flags, told);
}

const [command, ...rest] = process.argv.slice(2);
try {
  await (command === 'soak' ? soak(rest) : runRows(process.argv.slice(2)));
} catch (error) {
  const help = `npm run faults -- ${command === 'soak' ? 'soak ' : ''}--help`;
  if (error instanceof UsageError) console.error(`${error.message}\n\`${help}\` lists the flags.`);
  else if (error !== told?.reason) console.error((error as Error).message);
  process.exitCode = error instanceof UsageError ? 2 : told?.aborted ? 130 : 1;
}
// A row that failed may have left a reader behind, which waits for a topic that is gone.
setTimeout(() => process.exit(), told?.aborted ? 0 : LINGER_MS).unref();
