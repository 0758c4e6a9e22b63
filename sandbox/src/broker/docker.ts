import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { lastLines, runCommand } from './command.ts';
import { freePorts } from './freePorts.ts';
import { type Guard, startGuarded } from './guarded.ts';
import { withProgress } from './progress.ts';
import { untilAnswers } from './ready.ts';
import type { Broker, StartOptions, Way } from './types.ts';

const composeFile = fileURLToPath(new URL('../../../docker-compose.yml', import.meta.url));
const READY_TIMEOUT_MS = 300_000;
const REGISTRY_TIMEOUT_MS = 10_000;
/** Above what `up` needs to create or to stop the containers. */
const GRACE_MS = 10_000;
const PORT_ATTEMPTS = 3;

/** The containers of the root docker-compose.yml, under a project name of their own. */
export const docker: Way = {
  kind: 'docker',
  async probe({ env }, signal) {
    await runCommand('docker', ['info'], { env, signal }).catch((cause: unknown) => {
      throw new Error(`no Docker engine: ${refusal((cause as Error).message)}`, { cause });
    });
    await checkOnThisMachine(env, signal);
    const compose = await findCompose(env, signal);
    await Promise.all((await images(compose, env, signal)).map((image) => checkObtainable(image, env, signal)));
  },
  async start(options) {
    const { env, log, signal } = options;
    const compose = await findCompose(env, signal);
    for (const image of await images(compose, env, signal)) {
      if (await isHere(image, env, signal)) continue;
      await withProgress(log, `Pulling the image ${image} (once)`, () =>
        runCommand('docker', ['pull', '--quiet', image], { env, signal }),
      );
    }
    return withProgress(log, 'Starting Kafka and the schema registry in containers', async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await startOnce(options, compose);
        } catch (error) {
          if (attempt === PORT_ATTEMPTS || !/address already in use|port is already allocated/i.test(String(error)))
            throw error;
        }
      }
    });
  },
};

interface Compose {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * `up` stays in the foreground under the watchdog: however this process ends, nothing creates containers any more when
 * `down` removes them; and a container that ends by itself ends the wait.
 */
async function startOnce(options: StartOptions, compose: Compose): Promise<Broker> {
  const [kafkaPort, registryPort] = (await freePorts(2)) as [number, number];
  const env = { ...options.env, KAFKA_PORT: String(kafkaPort), REGISTRY_PORT: String(registryPort) };
  const project = `sandbox-${randomBytes(4).toString('hex')}`;
  const inProject = (...args: string[]) => ({
    command: compose.command,
    args: [...compose.args, '-p', project, '-f', composeFile, ...args],
  });
  const directory = await mkdtemp(path.join(os.tmpdir(), 'sandbox-docker-'));
  const logFile = path.join(directory, 'containers.log');
  // Held open: it can still be read when the watchdog has ended and removed it.
  const output = await open(logFile, 'a+');
  let guard: Guard | undefined;
  try {
    guard = startGuarded(
      {
        programs: [{ ...inProject('up', '--abort-on-container-exit', '--timeout', '5'), logFile }],
        cleanUp: [inProject('down', '-v', '--timeout', '5')],
        remove: [directory],
        graceMs: GRACE_MS,
      },
      env,
    );
    const address = {
      brokers: [`127.0.0.1:${kafkaPort}`],
      registryUrl: `http://127.0.0.1:${registryPort}/apis/ccompat/v7`,
    };
    const giveUp = [guard.ended, AbortSignal.timeout(READY_TIMEOUT_MS), ...(options.signal ? [options.signal] : [])];
    await untilAnswers(address, AbortSignal.any(giveUp)).catch(async (cause: unknown) => {
      const end = lastLines(stripVTControlCharacters(await output.readFile('utf8')), 20) || '(empty)';
      throw new Error(`${(cause as Error).message}\n--- end of the log of the containers ---\n${end}`, { cause });
    });
    return { kind: 'docker', ...address, stop: guard.stop };
  } catch (error) {
    await guard?.stop();
    await rm(directory, { recursive: true, force: true });
    throw error;
  } finally {
    await output.close();
  }
}

/** The plugin, else the older program. */
async function findCompose(env: StartOptions['env'], signal: AbortSignal | undefined): Promise<Compose> {
  const candidates: Compose[] = [
    { command: 'docker', args: ['compose'] },
    { command: 'docker-compose', args: [] },
  ];
  for (const { command, args } of candidates) {
    try {
      await runCommand(command, [...args, 'version'], { env, signal });
      return { command, args };
    } catch {
      signal?.throwIfAborted();
    }
  }
  throw new Error('there is a Docker engine, but neither the plugin "docker compose" nor docker-compose');
}

async function images(compose: Compose, env: StartOptions['env'], signal: AbortSignal | undefined): Promise<string[]> {
  return imagesOf(await runCommand(compose.command, [...compose.args, '-f', composeFile, 'config'], { env, signal }));
}

/** Image names in what `docker compose config` prints, with the variables filled in. */
export function imagesOf(config: string): string[] {
  return [...config.matchAll(/^\s+image:\s*["']?([^\s"']+)/gm)].map((match) => match[1] as string);
}

/** Ports published on the loopback interface of another machine would never answer. */
async function checkOnThisMachine(env: StartOptions['env'], signal: AbortSignal): Promise<void> {
  const inspect = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
  const host = env['DOCKER_HOST'] || (await runCommand('docker', inspect, { env, signal }).catch(() => '')).trim();
  if (isElsewhere(host)) throw new Error(`the Docker engine at ${host} is on another machine`);
}

/** Of an engine's address as in DOCKER_HOST, e.g. `unix:///var/run/docker.sock`. */
export function isElsewhere(host: string): boolean {
  const [, name] = /^(?:tcp|https?|ssh):\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*)/.exec(host) ?? [];
  return name !== undefined && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(name);
}

async function checkObtainable(image: string, env: StartOptions['env'], signal: AbortSignal): Promise<void> {
  if (await isHere(image, env, signal)) return;
  const timeout = AbortSignal.timeout(REGISTRY_TIMEOUT_MS);
  await runCommand('docker', ['manifest', 'inspect', image], { env, signal: AbortSignal.any([signal, timeout]) }).catch(
    (cause: unknown) => {
      const reason = timeout.aborted
        ? `no answer within ${REGISTRY_TIMEOUT_MS / 1_000} s`
        : refusal((cause as Error).message);
      throw new Error(`the image ${image} is neither here nor can it be pulled: ${reason}`, { cause });
    },
  );
}

function isHere(image: string, env: StartOptions['env'], signal: AbortSignal | undefined): Promise<boolean> {
  return runCommand('docker', ['image', 'inspect', image], { env, signal }).then(
    () => true,
    () => (signal?.throwIfAborted(), false),
  );
}

/** The line that says why, of a failed command's output. */
function refusal(message: string): string {
  const lines = message
    .replace(/^docker \S+(?: \S+)? failed \(.*?\): /, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return (lines.find((line) => /cannot connect|denied|error|refused/i.test(line)) ?? lines.at(-1) ?? '')
    .trim()
    .replace(/^error: /i, '');
}
