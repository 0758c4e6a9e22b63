import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { lastLines, runCommand } from './command.ts';
import { freePorts } from './freePorts.ts';
import { startGuarded } from './guarded.ts';
import { withProgress } from './progress.ts';
import { untilAnswers } from './ready.ts';
import type { StartOptions, Way } from './types.ts';

const composeFile = fileURLToPath(new URL('../../../docker-compose.yml', import.meta.url));
const READY_TIMEOUT_MS = 300_000;

/** The containers of the root docker-compose.yml, under a project name of their own. */
export const docker: Way = {
  kind: 'docker',
  async probe({ env }, signal) {
    await runCommand('docker', ['info'], { env, signal }).catch((cause: unknown) => {
      throw new Error(
        `no Docker engine: ${lastLines((cause as Error).message, 1).replace(/^docker info failed \(.*?\): /, '')}`,
        { cause },
      );
    });
    const compose = await findCompose(env, signal);
    const config = await runCommand(compose.command, [...compose.args, '-f', composeFile, 'config'], { env, signal });
    await Promise.all(imagesOf(config).map((image) => checkObtainable(image, env, signal)));
  },
  async start(options) {
    const { log, signal } = options;
    const [kafkaPort, registryPort] = (await freePorts(2)) as [number, number];
    const env = { ...options.env, KAFKA_PORT: String(kafkaPort), REGISTRY_PORT: String(registryPort) };
    const compose = await findCompose(env, signal);
    const project = `sandbox-${randomBytes(4).toString('hex')}`;
    const inProject = (...args: string[]) => [...compose.args, '-p', project, '-f', composeFile, ...args];
    const down = { command: compose.command, args: inProject('down', '-v', '--timeout', '10') };
    // Before `up`: whatever of it exists when we are killed is taken down.
    const guard = startGuarded({ programs: [], cleanUp: [down], remove: [], graceMs: 10_000 }, env);
    try {
      await withProgress(log, 'Starting the Kafka and registry containers', async () => {
        await runCommand(compose.command, inProject('up', '-d'), { env, signal });
      });
      const address = {
        brokers: [`127.0.0.1:${kafkaPort}`],
        registryUrl: `http://127.0.0.1:${registryPort}/apis/ccompat/v7`,
      };
      const giveUp = AbortSignal.any([AbortSignal.timeout(READY_TIMEOUT_MS), ...(signal ? [signal] : [])]);
      await withProgress(log, 'Waiting for Kafka and the registry to answer', () =>
        untilAnswers(address, giveUp).catch(async (cause: unknown) => {
          const logs = await runCommand(compose.command, inProject('logs', '--tail', '20'), { env }).catch(() => '');
          throw new Error(`${(cause as Error).message}\n${logs}`, { cause });
        }),
      );
      return { kind: 'docker', ...address, stop: guard.stop };
    } catch (error) {
      await guard.stop();
      throw error;
    }
  },
};

interface Compose {
  readonly command: string;
  readonly args: readonly string[];
}

/** The plugin, else the older program. */
async function findCompose(env: StartOptions['env'], signal: AbortSignal | undefined): Promise<Compose> {
  const plugin = runCommand('docker', ['compose', 'version'], { env, signal });
  if (
    await plugin.then(
      () => true,
      () => false,
    )
  )
    return { command: 'docker', args: ['compose'] };
  await runCommand('docker-compose', ['version'], { env, signal });
  return { command: 'docker-compose', args: [] };
}

/** Image names in what `docker compose config` prints, with the variables filled in. */
export function imagesOf(config: string): string[] {
  return [...config.matchAll(/^\s+image:\s*["']?([^\s"']+)/gm)].map((match) => match[1] as string);
}

async function checkObtainable(image: string, env: StartOptions['env'], signal: AbortSignal): Promise<void> {
  try {
    await runCommand('docker', ['image', 'inspect', image], { env, signal });
  } catch {
    await runCommand('docker', ['manifest', 'inspect', image], { env, signal }).catch((cause: unknown) => {
      throw new Error(`the image ${image} is neither here nor can it be pulled`, { cause });
    });
  }
}
