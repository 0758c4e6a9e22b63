import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createShutdown } from './shutdown.ts';

const program = fileURLToPath(new URL('testing/shutdownProgram.ts', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(...argv: string[]) {
  const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => void (output += chunk));
  child.stderr.on('data', (chunk) => void (output += chunk));
  const ended = new Promise<number | string | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  const lines = (): Record<string, unknown>[] =>
    output
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const said = (message: string) =>
    vi.waitFor(() => expect(lines().map((line) => line['message'])).toContain(message), { timeout: 20_000 });
  return { child, ended, lines, said };
}

describe('a process', { timeout: 30_000 }, () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('on %s runs the steps by phase and exits with 0', async (signal) => {
    const { child, ended, lines, said } = run('run');
    await said('ready');
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(
      lines()
        .filter(({ message }) => message === 'step')
        .map(({ step }) => step),
    ).toEqual(['stop', 'drain', 'commit', 'leave', 'close']);
    expect(lines().at(-1)).toMatchObject({ message: 'stopped', exitCode: 0 });
  });

  test('whose step hangs is ended by the grace period with 1, naming the step', async () => {
    const { child, ended, lines, said } = run('hang', '100');
    await said('ready');
    child.kill('SIGTERM');
    expect(await ended).toBe(1);
    expect(lines().at(-1)).toMatchObject({
      message: 'shutdown did not finish within the grace period',
      step: 'drain: sample',
      level: 'error',
    });
  });

  test('whose step fails runs the others and exits with 1', async () => {
    const { child, ended, lines, said } = run('fail');
    await said('ready');
    child.kill('SIGTERM');
    expect(await ended).toBe(1);
    expect(lines().filter(({ message }) => message === 'step')).toHaveLength(5);
    expect(lines().find(({ message }) => message === 'shutdown step failed')).toMatchObject({
      step: 'drain: sample',
      error: { message: 'no' },
    });
  });

  test('exits at once with 1 on a second signal', async () => {
    const { child, ended, lines, said } = run('hang');
    await said('ready');
    child.kill('SIGTERM');
    await said('stopping');
    child.kill('SIGINT');
    expect(await ended).toBe(1);
    expect(lines().at(-1)).toMatchObject({ message: 'second signal, exiting at once', signal: 'SIGINT' });
  });

  test.each(['throw', 'reject'])(
    'with an error that nobody caught (%s) logs it and exits with 1, without the steps',
    async (mode) => {
      const { ended, lines } = run(mode);
      expect(await ended).toBe(1);
      expect(lines().at(-1)).toMatchObject({
        message: 'unexpected error, exiting at once',
        error: { message: 'a defect' },
      });
      expect(lines().some(({ message }) => message === 'step')).toBe(false);
    },
  );

  test('can begin it itself with an exit code of its own', async () => {
    const { ended, lines } = run('begin');
    expect(await ended).toBe(3);
    expect(lines().find(({ message }) => message === 'stopping')).toMatchObject({ reason: 'fenced' });
  });

  test('that has nothing to do ends although it listens for signals', async () => {
    expect(await run('idle').ended).toBe(0);
  });
});

describe('within a process', () => {
  function start(graceMs = 10_000) {
    const events = new EventEmitter();
    const exits: number[] = [];
    const logger = { info: () => {}, error: () => {} };
    const shutdown = createShutdown({ logger, graceMs, events, exit: (code) => void exits.push(code) });
    return { events, exits, shutdown };
  }

  test('the signal aborts before the first step, and steps of a phase run one after another', async () => {
    const { events, exits, shutdown } = start();
    const order: string[] = [];
    shutdown.signal.addEventListener('abort', () => void order.push('abort'));
    shutdown.on('stop', 'slow', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push('slow');
    });
    shutdown.on('stop', 'fast', () => void order.push('fast'));
    events.emit('SIGTERM', 'SIGTERM');
    await shutdown.begin('again');
    expect(order).toEqual(['abort', 'slow', 'fast']);
    expect(exits).toEqual([0]);
  });

  test('beginning twice runs the steps once', async () => {
    const { exits, shutdown } = start();
    let runs = 0;
    shutdown.on('stop', 'count', () => void (runs += 1));
    await Promise.all([shutdown.begin('a'), shutdown.begin('b')]);
    expect(runs).toBe(1);
    expect(exits).toEqual([0]);
  });

  test('dispose takes every listener off', () => {
    const { events, shutdown } = start();
    expect(events.eventNames()).toHaveLength(4);
    shutdown.dispose();
    expect(events.eventNames()).toEqual([]);
  });
});
