/** `npm run fuzz`: hostile inputs for everything that reads bytes of strangers. The last line on stdout is one JSON object. */
import { randomBytes, randomInt } from 'node:crypto';
import { readFlags, UsageError, whole } from '../sandboxParts.ts';
import { fuzzDecoders } from './fuzzDecoders.ts';
import { fuzzPort } from './fuzzPort.ts';
import { startLanding } from './startLanding.ts';

const usage = `npm run fuzz -- [flags]
  --inputs N        for the decoders (default 1000000; 0: none)
  --port-inputs N   raw bytes for the landing server's port (default 20000; 0: none)
  --workers N       threads for the decoders (default 2)
  --seed N          the same seed makes the same inputs (default: another each time)
  --hang-ms N       an input that takes longer is a hang (default 5000)`;

const toCount = (flag: string, text: string): number => whole(flag, text, 0, 9_999_999_999);

async function main(): Promise<void> {
  const { values } = readFlags({
    options: {
      inputs: { type: 'string', default: '1000000' },
      'port-inputs': { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      workers: { type: 'string', default: '2' },
      'hang-ms': { type: 'string', default: '5000' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  const log = (line: string): void => console.error(line);
  const seed = toCount('--seed', values.seed);
  const startedAt = performance.now();
  log(`Seed ${seed}`);
  const inputs = toCount('--inputs', values.inputs);
  const hangMs = toCount('--hang-ms', values['hang-ms']);
  const workers = Math.max(1, toCount('--workers', values.workers));
  const decoders = await fuzzDecoders({ seed, inputs, workers, hangMs, log });
  const secret = randomBytes(24).toString('hex');
  const portInputs = toCount('--port-inputs', values['port-inputs']);
  await using landing = await startLanding(secret);
  const port = await fuzzPort({ ...landing, seed, inputs: portInputs, hangMs, log });
  const crashes = decoders.crashes + port.crashes;
  const hangs = decoders.hangs + port.hangs;
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  console.log(JSON.stringify({ seed, inputs: decoders.inputs + port.inputs, crashes, hangs, seconds, decoders, port }));
  if (crashes + hangs > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode = 2;
}
