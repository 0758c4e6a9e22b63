import { access, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runCommand } from '../broker/command.ts';
import { type Compose, findCompose, findEngine } from '../broker/dockerImages.ts';
import { startGuarded } from '../broker/guarded.ts';
import { logEnds } from '../broker/javaPrograms.ts';
import { untilSucceeds } from '../broker/ready.ts';
import { locate } from './programs.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A Docker engine that answers. */
export interface Engine {
  readonly compose: Compose;
  /** With DOCKER_HOST where it was started here. */
  readonly env: Env;
  readonly startedHere: boolean;
  /** For files, as long as the engine is used. */
  readonly directory: string;
  /** Ends it and removes all that it held, if it was started here. */
  stop(): Promise<void>;
}

/** dockerd that takes its containers and networks, with their bridges, away before it ends. */
const DOCKERD = `
dockerd "$@" & engine=$!
end() {
  containers=$(timeout 10 docker ps --all --quiet)
  [ -z "$containers" ] || timeout 30 docker rm --force --volumes $containers
  timeout 10 docker network prune --force
  kill $engine
}
trap end TERM
while kill -0 $engine; do wait $engine; done
`;
const START_TIMEOUT_MS = 60_000;
/** Above what it needs to stop its containers. */
const GRACE_MS = 60_000;

/**
 * One of our own where dockerd is installed and we are root, since that leaves nothing behind; else the engine of this
 * machine. `preferThere`: the other way round.
 * @throws Error with the reasons when there is neither.
 */
export async function findOrStartEngine(env: Env, preferThere: boolean, signal: AbortSignal): Promise<Engine> {
  const ways = [startEngine, useEngine];
  const reasons: string[] = [];
  for (const way of preferThere ? ways.reverse() : ways) {
    try {
      return await way(env, signal);
    } catch (error) {
      signal.throwIfAborted();
      reasons.push((error as Error).message);
    }
  }
  throw new Error(reasons.join('; '));
}

async function useEngine(env: Env, signal: AbortSignal): Promise<Engine> {
  const compose = await findEngine(env, signal);
  const directory = await mkdtemp(path.join(os.tmpdir(), 'compose-check-'));
  return { compose, env, startedHere: false, directory, stop: () => rm(directory, { recursive: true, force: true }) };
}

/**
 * Everything of it lies in one temporary directory. It touches neither the packet filter nor the routing of this
 * machine: ports are published by its own proxy, and containers reach each other but nothing outside.
 */
async function startEngine(env: Env, signal: AbortSignal): Promise<Engine> {
  if (process.getuid?.() !== 0) throw new Error('only root can start a Docker engine');
  await locate('dockerd');
  const compose = await findCompose(env, signal);
  const directory = await mkdtemp(path.join(os.tmpdir(), 'compose-check-engine-'));
  const at = (name: string): string => path.join(directory, name);
  const logFile = at('dockerd.log');
  const own = { ...env, DOCKER_HOST: `unix://${at('socket')}`, DOCKER_CONTEXT: undefined };
  const args = [
    ...['--host', own.DOCKER_HOST, '--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')],
    ...['--bridge=none', '--iptables=false', '--ip-masq=false', '--ip-forward=false'],
  ];
  const guard = startGuarded(
    {
      programs: [{ command: 'bash', args: ['-c', DOCKERD, 'dockerd', ...args], logFile }],
      // The one mount that it leaves.
      cleanUp: [{ command: 'umount', args: [at('exec/netns/default')] }],
      remove: [directory],
      graceMs: GRACE_MS,
    },
    own,
  );
  const stop = async (): Promise<void> => {
    await guard.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const giveUp = AbortSignal.any([guard.ended, signal, AbortSignal.timeout(START_TIMEOUT_MS)]);
    await untilSucceeds(async () => {
      await access(at('socket'));
      await runCommand('docker', ['info'], { env: own, signal });
    }, giveUp);
    return { compose, env: own, startedHere: true, directory, stop };
  } catch (cause) {
    const end = await logEnds({ dockerd: logFile });
    await stop();
    throw new Error(`dockerd does not start here: ${(cause as Error).message}\n${end}`, { cause });
  }
}
