/**
 * Runs a broker with its registry until it is told to stop. `node sandbox/src/broker/main.ts [file]` writes the
 * addresses to the file as JSON, else prints them.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { startBroker } from './startBroker.ts';

const file = process.argv[2];
const starting = new AbortController();
const told = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
void told.then(() => starting.abort(new Error('Told to stop')));

try {
  const broker = await startBroker({ log: (line) => console.error(line), env: process.env, signal: starting.signal });
  const address = JSON.stringify({ brokers: broker.brokers.join(','), registryUrl: broker.registryUrl });
  if (file) {
    writeFileSync(`${file}.${process.pid}`, `${address}\n`);
    renameSync(`${file}.${process.pid}`, file);
  } else {
    console.log(address);
  }
  const alive = setInterval(() => undefined, 60_000);
  await told;
  clearInterval(alive);
  if (file) rmSync(file, { force: true });
  await broker.stop();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
