import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

export interface CommandExpectation {
  /** The program, as a URL. */
  readonly main: URL;
  readonly args: readonly string[];
  readonly vendor: string;
  /** The lines that the command prints between its address and that of the control API. */
  environment(url: string): readonly string[];
  /** Asserts that the simulator at this URL does what the args say. */
  serves(url: string): Promise<void>;
}

const timeout = 60_000;

/** What the command of each simulator does alike. */
export function describeCommand({ main: url, args, vendor, environment, serves }: CommandExpectation): void {
  const main = fileURLToPath(url);
  const run = (...given: string[]) => runToItsEnd(main, given);
  describe(`the command of the ${vendor} simulator`, () => {
    test.for(['SIGTERM', 'SIGINT'] as const)(
      'prints its address and the settings for the services, serves, and ends with 0 on %s',
      { timeout },
      async (signal) => {
        const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
        const exit = once(child, 'exit');
        try {
          const lines: string[] = [];
          for await (const line of createInterface({ input: child.stdout })) {
            lines.push(line);
            if (line.startsWith('control API')) break;
          }
          const url = /http:\/\/127\.0\.0\.1:\d+$/.exec(lines[0] ?? '')?.[0] ?? 'none';
          expect(lines).toEqual([
            `${vendor} simulator listens at ${url}`,
            ...environment(url),
            `control API: ${url}/_sim`,
          ]);
          expect((await fetch(`${url}/_sim/orders`)).status).toBe(200);
          await serves(url);
          child.kill(signal);
          expect(await exit).toEqual([0, null]);
        } finally {
          child.kill('SIGKILL');
        }
      },
    );

    test('--help prints the flags with their defaults', { timeout }, async () => {
      const { code, stdout, stderr } = await run('--help');
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^npm run sim:\S+ -- \[flags\]\n {2}--port PORT +port of .+ \(default 0\)\n/);
    });

    test.for([
      [['--foo'], 'There is no flag --foo.'],
      [['--port', 'abc'], '--port is "abc", but must be a whole number from 0 to 65535.'],
      [['--port', '99999999'], '--port is "99999999", but must be a whole number from 0 to 65535.'],
    ] as const)('%j ends with 2 and one line', { timeout }, async ([wrong, message]) => {
      expect(await run(...wrong)).toEqual({ code: 2, stdout: '', stderr: `${message} --help lists the flags.\n` });
    });

    test('listens at another interface of this machine, and one that it has not ends with 1', { timeout }, async () => {
      expect(await run('--host', '203.0.113.1')).toEqual({
        code: 1,
        stdout: '',
        stderr: 'This machine has no interface 203.0.113.1. Give --host another one, or 127.0.0.1.\n',
      });
      const child = spawn(process.execPath, [main, '--host', '127.0.0.2'], { stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
        expect(line).toMatch(/listens at http:\/\/127\.0\.0\.2:\d+$/);
        expect((await fetch(`${line.split(' ').at(-1)}/_sim/orders`)).status).toBe(200);
      } finally {
        child.kill('SIGKILL');
      }
    });

    test('a port in use ends with 1 and one line', { timeout }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      try {
        expect(await run('--port', String(port))).toEqual({
          code: 1,
          stdout: '',
          stderr: `Port ${port} of 127.0.0.1 is in use. Give --port another one, or 0 for any free one.\n`,
        });
      } finally {
        server.close();
      }
    });
  });
}

/** Runs the command until it ends by itself. */
async function runToItsEnd(main: string, args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout });
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'exit') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}
