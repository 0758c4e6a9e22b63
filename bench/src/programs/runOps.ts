import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * `npm run ops -- <args>` as a process of its own, until its end.
 * @throws Error with what it said when it does not end well.
 */
export async function runOps(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const main = fileURLToPath(new URL('../../../packages/cli/src/ops.main.ts', import.meta.url));
  const program = spawn(process.execPath, ['--disable-warning=TimeoutNegativeWarning', main, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [program.stdout, program.stderr])
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  const kill = (): void => void program.kill('SIGKILL');
  process.once('exit', kill);
  const [code] = (await once(program, 'close')) as [number | null];
  process.off('exit', kill);
  if (code !== 0) throw new Error(`ops ${args.join(' ')} ended with ${code}:\n${said}`);
}
