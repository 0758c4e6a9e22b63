/** `npm start`: the whole pipeline on this machine, with simulators in the vendors' place. */
import { removalByHand, tearDown } from '@pipeline/cli';
import { startBroker } from './broker/index.ts';
import { demonstrate } from './demonstrate.ts';
import { listenForInterrupt } from './interrupt.ts';
import { createLogDirectory } from './logDirectory.ts';
import { UsageError } from './flags.ts';
import { parseFlags, refuseFailpoint, type StartFlags, usage } from './options.ts';
import { describeLost, describeRemains } from './report.ts';
import { type LostService, startSandbox } from './sandbox.ts';
import { runStops, type Stop } from './stops.ts';

type Print = (line: string) => void;

/** Resolves with the exit code. */
async function main(flags: StartFlags, print: Print, told: AbortSignal): Promise<number> {
  const startedAt = Date.now();
  const log: Print = (line) => print(`[${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s] ${line}`);
  const run = startedAt.toString(36).toUpperCase();
  // What happens to an order hangs on its number, too: the same seed, the same numbers.
  const orderPrefix = flags.harshSeed === undefined ? run : `H${flags.harshSeed}`;
  if (flags.harshSeed !== undefined)
    log(`Seed ${flags.harshSeed}: with --seed ${flags.harshSeed} the same may happen again`);
  const logs = await createLogDirectory({ kept: flags.keepLogs });
  const stops: Stop[] = [];
  let code = 1;
  const lost: string[] = [];
  const givenUp = new AbortController();
  const onLost = (service: LostService): void => {
    lost.push(service.name);
    logs.keep();
    log(describeLost(service));
    if (flags.once) givenUp.abort(new Error(`Given up, since ${service.name} ended by itself.`));
  };
  try {
    const broker = await startBroker({ log, env: process.env, signal: told });
    stops.push(async (say) => {
      await broker.stop();
      if (broker.kind !== 'external') say('Kafka and the schema registry have stopped');
    });
    told.throwIfAborted();
    // Somebody else's broker may hold topics of an earlier sandbox: names of our own keep the two apart.
    const topicPrefix = broker.kind === 'external' ? `sandbox-${run.toLowerCase()}.` : '';
    if (topicPrefix !== '') {
      const target = { ...broker, prefix: topicPrefix };
      log(`Topics, groups and subjects begin with ${topicPrefix} and are deleted at the end`);
      const tellWhatStays = () => print(describeRemains(topicPrefix, removalByHand(target)));
      process.once('exit', tellWhatStays);
      stops.push(async (say) => {
        await tearDown(target).finally(() => process.removeListener('exit', tellWhatStays));
        say(`Topics, groups and subjects that begin with ${topicPrefix} are deleted`);
      });
    }
    const sandbox = await startSandbox({ ...flags, broker, log, topicPrefix, logs, signal: told, onLost });
    stops.push(() => sandbox.stop());
    const until = AbortSignal.any([told, givenUp.signal]);
    code = await demonstrate({ sandbox, flags, log, print, told: until, run: orderPrefix, warning: broker.warning });
  } finally {
    if (!told.aborted && stops.length > 0) log('Stopping everything');
    await runStops(stops, log).finally(async () => {
      if (await logs.close({ keep: code !== 0 && !told.aborted })) log(`The logs of the services are in ${logs.path}`);
    });
  }
  return lost.length > 0 ? 1 : code;
}

let told: AbortSignal | undefined;
try {
  const flags = parseFlags(process.argv.slice(2));
  if (flags === 'help') {
    console.log(usage);
  } else {
    refuseFailpoint(process.env);
    const print: Print = flags.json ? console.error : console.log;
    told = listenForInterrupt({ print });
    process.exitCode = await main(flags, print, told);
  }
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\`npm start -- --help\` lists the flags.`);
  else if (error !== told?.reason) console.error((error as Error).message);
  process.exitCode = error instanceof UsageError ? 2 : told?.aborted ? 130 : 1;
}
// Calls that were given up may still be open.
if (told?.aborted) process.exit();
