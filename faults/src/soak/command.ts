import { startBroker } from '@pipeline/sandbox';
import { createLogDirectory, runStops, type Stop } from '../sandboxParts.ts';
import type { SoakFlags } from './options.ts';
import { describeSoak, runSoak } from './runSoak.ts';

const MINUTE = 60_000;

/** `npm run faults -- soak`: on a broker of its own. Resolves with the exit code. */
export async function soakCommand(flags: SoakFlags, told: AbortSignal): Promise<number> {
  const { minutes, orders, seed, everyMs, calmMinutes, json, keepLogs } = flags;
  const print = json ? console.error : console.log;
  const repeated = `--minutes ${minutes} --orders ${orders} --every-ms ${everyMs} --seed ${seed}`;
  print(`Seed ${seed}: npm run faults -- soak ${repeated}`);
  const stops: Stop[] = [];
  const logs = await createLogDirectory({ kept: keepLogs });
  let clean = false;
  try {
    const broker = await startBroker({ log: print, force: 'maven', env: process.env, signal: told });
    stops.push(() => broker.stop());
    const result = await runSoak({
      ...{ orders, seed, everyMs, broker, logs: logs.path, log: print, signal: told },
      durationMs: minutes * MINUTE,
      calmMs: calmMinutes * MINUTE,
    });
    clean = result.clean;
    describeSoak(result).forEach((line) => print(line));
    if (json) console.log(JSON.stringify(result));
    return clean ? 0 : 1;
  } finally {
    await runStops(stops, print).finally(async () => {
      if (await logs.close({ keep: !clean && !told.aborted })) print(`The logs of the services are in ${logs.path}`);
    });
  }
}
