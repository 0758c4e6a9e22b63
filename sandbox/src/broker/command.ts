import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program to its end and returns what it wrote, standard output and errors together.
 * @throws Error with the end of its output when it is missing, fails, or `signal` aborts (then it is killed first).
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const name = [command, ...args.slice(0, 2)].join(' ');
  const child = spawn(command, args, {
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.signal ? { signal: options.signal, killSignal: 'SIGKILL' } : {}),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-100_000);
    });
  }
  const [code] = (await once(child, 'close').catch((cause: unknown) => {
    throw new Error(options.signal?.aborted ? `${name} was given up` : `${name} cannot be run`, { cause });
  })) as [number | null];
  if (code !== 0) throw new Error(`${name} failed (exit code ${code ?? 'none'}): ${lastLines(output, 10)}`);
  return output;
}

/** The end of a text, for an error message. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
