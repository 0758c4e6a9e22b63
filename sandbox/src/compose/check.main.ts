/**
 * `npm run compose:check`: brings docker-compose.yml up for real, sends an order through, stops it, takes it all down.
 * Starts a Docker engine of its own where dockerd is installed and we are root, else uses the one of this machine.
 * Images that no variable names are made here from this machine's programs; `--public` takes those of the file instead,
 * which the engine of this machine pulls.
 *
 * Exit code 0: it holds. 1: it does not. 77: it could not be tried here, the last line says why.
 */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../broker/command.ts';
import { freePorts } from '../broker/freePorts.ts';
import { withProgress } from '../broker/progress.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { runStops, type Stop } from '../stops.ts';
import { createComposition } from './composition.ts';
import { type Engine, findOrStartEngine } from './engine.ts';
import { prove } from './prove.ts';
import { makeStandIns } from './standIns.ts';

const TIMEOUT_MS = 420_000;
const SKIPPED = 77;
const root = fileURLToPath(new URL('../../../', import.meta.url));
const startedAt = performance.now();
const log = (line: string): void =>
  console.log(`[${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s] ${line}`);

async function main(usePublic: boolean, told: AbortSignal): Promise<number> {
  const signal = AbortSignal.any([told, AbortSignal.timeout(TIMEOUT_MS)]);
  const stops: Stop[] = [];
  try {
    let engine: Engine;
    try {
      engine = await findOrStartEngine(process.env, usePublic, signal);
    } catch (error) {
      signal.throwIfAborted();
      log(`Skipped, there is no Docker engine to be had: ${(error as Error).message}`);
      return SKIPPED;
    }
    stops.push(() => engine.stop());
    log(engine.startedHere ? 'Started a Docker engine' : 'Using the Docker engine of this machine');
    const prefix = `compose-check-${randomBytes(4).toString('hex')}`;
    const { env, directory } = engine;
    if (!engine.startedHere) stops.push(() => removeImages(env, prefix));
    const standIns = usePublic ? {} : await makeStandIns({ env, log, signal, prefix, directory });
    const ours = await buildOurs({ env, signal, prefix, nodeImage: standIns['NODE_IMAGE'] ?? env['NODE_IMAGE'] });
    const ports = await choosePorts();
    const composition = createComposition({
      engine,
      variables: { ...standIns, ...ours, ...mapValues(ports, String), RESTART: 'no' },
      signal,
    });
    stops.push(() => composition.down());
    const withPrometheus = usePublic || Boolean(standIns['PROMETHEUS_IMAGE'] ?? env['PROMETHEUS_IMAGE']);
    await prove({ composition, ports, withPrometheus, log, signal });
    return 0;
  } catch (error) {
    log(`Failed: ${(error as Error).message}`);
    return 1;
  } finally {
    await runStops(stops, log);
    log('Took everything down');
  }
}

interface BuildOptions {
  readonly env: Engine['env'];
  readonly signal: AbortSignal;
  readonly prefix: string;
  readonly nodeImage: string | undefined;
}

/** Images of the Dockerfile's targets, by the variable that names them. Those that `env` names are not built. */
async function buildOurs({ env, signal, prefix, nodeImage }: BuildOptions): Promise<Record<string, string>> {
  const built: Record<string, string> = {};
  for (const [variable, target] of [
    ['SIMULATORS_IMAGE', 'simulators'],
    ['PIPELINE_IMAGE', 'services'],
  ] as const) {
    if (env[variable]) continue;
    const image = (built[variable] = `${prefix}/${target}`);
    const base = nodeImage ? ['--build-arg', `NODE_IMAGE=${nodeImage}`] : [];
    // With the network of this machine, since an engine of ours has no other.
    const args = ['build', '--quiet', '--network', 'host', '--tag', image, '--target', target, ...base, root];
    await withProgress(log, `Building the ${target}`, () => runCommand('docker', args, { env, signal }));
  }
  return built;
}

/** Those that were made here. Layers that a build leaves in an engine which is not ours stay, as after any build. */
async function removeImages(env: Engine['env'], prefix: string): Promise<void> {
  const format = '{{.Repository}}:{{.Tag}}';
  const printed = await runCommand('docker', ['image', 'ls', '--format', format, `${prefix}/*`], { env });
  const names = printed.split('\n').filter((name) => name !== '');
  if (names.length > 0) await runCommand('docker', ['image', 'rm', ...names], { env });
}

const portVariables = [
  'KAFKA_PORT',
  'REGISTRY_PORT',
  'INGEST_CT_PORT',
  'INGEST_FFT_PORT',
  'COMMERCETOOLS_PORT',
  'FULFILLMENTTOOLS_PORT',
  'PROMETHEUS_PORT',
] as const;

async function choosePorts(): Promise<Record<string, number>> {
  const ports = await freePorts(portVariables.length);
  return Object.fromEntries(portVariables.map((name, index) => [name, ports[index] ?? 0]));
}

const mapValues = <From, To>(record: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]));

const told = listenForInterrupt({ print: log });
process.exitCode = await main(process.argv.includes('--public'), told).catch((error: unknown) => {
  log(`Failed: ${(error as Error).message}`);
  return 1;
});
