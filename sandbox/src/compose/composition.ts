import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines, runCommand } from '../broker/command.ts';
import { composeFile } from '../broker/dockerImages.ts';
import { startGuarded } from '../broker/guarded.ts';
import type { Engine } from './engine.ts';

export interface Container {
  readonly service: string;
  /** `created`, `running`, `restarting`, `exited`, … */
  readonly state: string;
  /** `healthy`, `unhealthy`, `starting`; undefined: it has no health check. */
  readonly health: string | undefined;
  readonly exitCode: number;
}

/** The containers of docker-compose.yml under a project name of their own. */
export interface Composition {
  up(services: readonly string[]): Promise<void>;
  /** SIGTERM, SIGKILL after the grace period of each. */
  stop(services: readonly string[]): Promise<void>;
  containers(): Promise<Container[]>;
  /** @throws Error with the log of what is not well when `signal` aborts first. */
  until(what: string, isSo: (containers: readonly Container[]) => boolean, signal: AbortSignal): Promise<void>;
  exec(service: string, ...command: string[]): Promise<string>;
  logs(services: readonly string[]): Promise<string>;
  /** Removes containers, networks and volumes; may be called more than once. Also happens when this process ends. */
  down(): Promise<void>;
}

export interface CompositionOptions {
  readonly engine: Engine;
  /** Variables of docker-compose.yml. */
  readonly variables: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export function createComposition({ engine, variables, signal }: CompositionOptions): Composition {
  const { compose } = engine;
  const project = `compose-check-${randomBytes(4).toString('hex')}`;
  const env = { ...engine.env, ...variables };
  const inProject = (...args: readonly string[]): string[] => [
    ...compose.args,
    ...['-p', project, '-f', composeFile],
    ...args,
  ];
  const run = (...args: string[]): Promise<string> => runCommand(compose.command, inProject(...args), { env, signal });
  const guard = startGuarded(
    {
      programs: [{ command: 'sleep', args: ['infinity'], logFile: '/dev/null' }],
      cleanUp: [
        { command: compose.command, args: inProject('down', '--volumes', '--remove-orphans', '--timeout', '5') },
      ],
      remove: [],
      graceMs: 1_000,
    },
    env,
  );

  async function containers(): Promise<Container[]> {
    const ids = await runCommand(
      'docker',
      ['ps', '--all', '--quiet', '--filter', `label=com.docker.compose.project=${project}`],
      { env, signal },
    );
    const list = ids.split('\n').filter((id) => id !== '');
    if (list.length === 0) return [];
    const printed = await runCommand('docker', ['inspect', '--format', format, ...list], { env, signal });
    return printed.trim().split('\n').map(toContainer);
  }
  const logs = (services: readonly string[]): Promise<string> => run('logs', '--no-color', '--tail', '30', ...services);

  return {
    up: async (services) => void (await run('up', '--detach', '--no-build', ...services)),
    stop: async (services) => void (await run('stop', ...services)),
    containers,
    async until(what, isSo, patience) {
      for (;;) {
        const found = await containers();
        if (isSo(found)) return;
        if (patience.aborted) {
          const unwell = found.filter((one) => !(one.health === 'healthy' || (one.exitCode === 0 && !one.health)));
          const list = found.map((one) => `${one.service}: ${one.state} ${one.health ?? ''} (${one.exitCode})`);
          const end = lastLines(await logs(unwell.map(({ service }) => service)), 60);
          throw new Error(`Not in time: ${what}\n${list.join('\n')}\n${end}`);
        }
        await sleep(500, undefined, { signal });
      }
    },
    exec: (service, ...command) => run('exec', '-T', service, ...command),
    logs,
    down: () => guard.stop(),
  };
}

const format = `{{index .Config.Labels "com.docker.compose.service"}} {{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}-{{end}} {{.State.ExitCode}}`;

function toContainer(line: string): Container {
  const [service = '', state = '', health, exitCode] = line.split(' ');
  return { service, state, health: health === '-' ? undefined : health, exitCode: Number(exitCode) };
}
