/** What the ways by Docker share: the engine, compose, and the images of the root docker-compose.yml. */
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.ts';
import { withProgress } from './progress.ts';
import type { StartOptions } from './types.ts';

type Env = StartOptions['env'];

export const composeFile = fileURLToPath(new URL('../../../docker-compose.yml', import.meta.url));
/** Those of the file that make a broker; the others are the pipeline itself. */
export const brokerServices = ['kafka', 'registry'] as const;

const REGISTRY_TIMEOUT_MS = 10_000;

/** How compose is called here. */
export interface Compose {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * An engine on this machine that answers, and compose.
 * @throws Error with the reason in one sentence when there is none.
 */
export async function findEngine(env: Env, signal?: AbortSignal): Promise<Compose> {
  await runCommand('docker', ['info'], { env, signal }).catch((cause: unknown) => {
    throw new Error(`no Docker engine: ${refusal((cause as Error).message)}`, { cause });
  });
  await checkOnThisMachine(env, signal);
  return findCompose(env, signal);
}

/** The plugin, else the older program. */
export async function findCompose(env: Env, signal?: AbortSignal): Promise<Compose> {
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

/** Images of the broker's services, with the variables of `env` filled in. */
export async function brokerImages(compose: Compose, env: Env, signal?: AbortSignal): Promise<string[]> {
  const config = await runCommand(compose.command, [...compose.args, '-f', composeFile, 'config'], { env, signal });
  return imagesOf(config, brokerServices);
}

/** Images of these services in what `docker compose config` prints. */
export function imagesOf(config: string, services: readonly string[]): string[] {
  return config.split(/^(?= {2}\S+:$)/m).flatMap((block) => {
    const name = /^ {2}(\S+):$/m.exec(block)?.[1];
    const image = /^ {4}image:\s*["']?([^\s"']+)/m.exec(block)?.[1];
    return image !== undefined && services.includes(name ?? '') ? [image] : [];
  });
}

/** @throws Error that names the image which is neither here nor at its registry, and why. */
export async function checkObtainable(image: string, env: Env, signal: AbortSignal): Promise<void> {
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

/** Pulls those that are not here, one after the other. */
export async function obtainImages(
  images: readonly string[],
  { env, log, signal }: Pick<StartOptions, 'env' | 'log' | 'signal'>,
): Promise<void> {
  for (const image of images) {
    if (await isHere(image, env, signal)) continue;
    await withProgress(log, `Pulling the image ${image} (once)`, () =>
      runCommand('docker', ['pull', '--quiet', image], { env, signal }),
    );
  }
}

function isHere(image: string, env: Env, signal: AbortSignal | undefined): Promise<boolean> {
  return runCommand('docker', ['image', 'inspect', image], { env, signal }).then(
    () => true,
    () => (signal?.throwIfAborted(), false),
  );
}

/** Ports published on the loopback interface of another machine would never answer. */
async function checkOnThisMachine(env: Env, signal: AbortSignal | undefined): Promise<void> {
  const inspect = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
  const host = env['DOCKER_HOST'] || (await runCommand('docker', inspect, { env, signal }).catch(() => '')).trim();
  if (isElsewhere(host)) throw new Error(`the Docker engine at ${host} is on another machine`);
}

/** Of an engine's address as in DOCKER_HOST, e.g. `unix:///var/run/docker.sock`. */
export function isElsewhere(host: string): boolean {
  const [, name] = /^(?:tcp|https?|ssh):\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*)/.exec(host) ?? [];
  return name !== undefined && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(name);
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
