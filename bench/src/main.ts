/** `npm run bench`: how fast the engine is, measured against a real broker. Never part of a test. */
import { measureBackfill } from './commands/backfill.ts';
import type { BenchContext, Figures } from './commands/context.ts';
import { measureHotKey } from './commands/hotKey.ts';
import { measureIngest } from './commands/ingest.ts';
import { measureReplay } from './commands/replay.ts';
import { measureRestore } from './commands/restore.ts';
import { measureRouter } from './commands/router.ts';
import { measureStatus } from './commands/status.ts';
import { measureStores } from './commands/stores.ts';
import { measureStuck } from './commands/stuck.ts';
import { startKafka } from './load/kafka.ts';
import { type BenchOptions, parseOptions, usage } from './options.ts';
import { createLogDirectory, listenForInterrupt, runStops, type Stop, UsageError } from './sandboxParts.ts';
import { rounded } from './statistics.ts';
import { readCpuTimes, stolenShare } from './stolenTime.ts';
import { startVendor } from './vendor/startVendor.ts';

function chooseCommand({ command, hotKey, stuck }: BenchOptions): (context: BenchContext) => Promise<Figures> {
  switch (command) {
    case 'router':
      if (hotKey > 0) return measureHotKey;
      return stuck > 0 ? measureStuck : measureRouter;
    case 'status':
      return measureStatus;
    case 'replay':
      return measureReplay;
    case 'restore':
      return measureRestore;
    case 'stores':
      return measureStores;
    case 'ingest':
      return measureIngest;
    case 'backfill':
      return measureBackfill;
  }
}

async function main(options: BenchOptions): Promise<void> {
  const startedAt = Date.now();
  const log = (line: string): void =>
    console.error(`[${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s] ${line}`);
  const stops: Stop[] = [];
  let failed = true;
  let warning: string | undefined;
  try {
    const broker = await startKafka(log, stops);
    warning = broker.warning;
    const vendor = await startVendor();
    stops.push(() => vendor.stop());
    const directory = await createLogDirectory({ kept: false });
    stops.push(async () => {
      if (await directory.close({ keep: failed })) log(`The logs of the programs are in ${directory.path}`);
    });
    const before = await readCpuTimes();
    const measured = await chooseCommand(options)({ options, broker, vendor, log, logs: directory.path });
    const stolen = stolenShare(before, await readCpuTimes());
    const figures = { ...measured, stolenShare: stolen === null ? null : rounded(stolen, 3) };
    failed = false;
    if (!options.json) for (const [name, value] of Object.entries(figures)) console.log(name.padEnd(28), value);
    console.log(JSON.stringify(figures));
  } finally {
    await runStops(stops, log).finally(() => {
      if (warning !== undefined) console.error(`Warning: ${warning}`);
    });
  }
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(usage);
  } else {
    // Without a listener the process would end without tidying up: programs, broker and logs go when it exits.
    listenForInterrupt({ print: () => undefined }).addEventListener('abort', () => process.exit(130));
    await main(options);
  }
} catch (error) {
  const help = error instanceof UsageError ? '\n`npm run bench -- --help` lists commands and flags.' : '';
  console.error(`${(error as Error).message}${help}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
