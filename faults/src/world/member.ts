import { readFile } from 'node:fs/promises';
import type { ProcessName } from '@pipeline/sandbox';
import { type ChildProgram, startChildProgram } from '../sandboxParts.ts';
import type { Line } from './line.ts';

/** One process of a service. */
export interface Member extends ChildProgram {
  readonly name: ProcessName;
  /** Of this process, as in the group: no two have the same. */
  readonly clientId: string;
  readonly logFile: string;
  readonly lines: Lines;
  /** Of an ingest service: where it takes notifications, without a path. */
  readonly url: string;
  /** How many lines of its log have this message. */
  logged(message: string): Promise<number>;
}

/** What a member reaches only over a line of its own. */
export interface Lines {
  readonly broker: Line;
  readonly commercetools: Line;
  readonly fulfillmenttools: Line;
  readonly registry: Line;
}

export interface MemberOptions {
  readonly name: ProcessName;
  readonly clientId: string;
  readonly env: Readonly<Record<string, string>>;
  readonly opsPort: number;
  readonly httpPort: number;
  readonly logFile: string;
  readonly lines: Lines;
  /** Addresses of servers → of the lines that lead there. */
  readonly redirects: Readonly<Record<string, string>>;
  /** Flags of Node, e.g. `--max-old-space-size=256`. */
  readonly nodeFlags: readonly string[];
}

export function startMember(options: MemberOptions): Member {
  const { name, clientId, env, opsPort, httpPort, logFile, lines } = options;
  const redirect = new URL('redirect.ts', import.meta.url);
  redirect.search = new URLSearchParams(options.redirects).toString();
  const program = startChildProgram({
    name: clientId,
    main: `services/${name}/src/main.ts`,
    env,
    opsPort,
    logFile,
    nodeFlags: [...options.nodeFlags, '--import', redirect.href],
  });
  return {
    ...program,
    // Of now, not as it was when it was spread.
    get running() {
      return program.running;
    },
    name,
    clientId,
    logFile,
    lines,
    url: `http://127.0.0.1:${httpPort}`,
    async logged(message) {
      const text = await readFile(logFile, 'utf8').catch(() => '');
      return text.split(`"message":${JSON.stringify(message)}`).length - 1;
    },
  };
}
