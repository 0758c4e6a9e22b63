import { expect, test } from 'vitest';
import { lastLines, runCommand } from './command.ts';

const node = (script: string, signal?: AbortSignal) => runCommand(process.execPath, ['-e', script], { signal });

test('returns what was written, errors too', async () => {
  const output = await node("console.log('out'); console.error('err')");

  expect(output).toContain('out\n');
  expect(output).toContain('err\n');
});

test('a failure carries the exit code and the last lines', async () => {
  await expect(node("for (let n = 0; n < 50; n++) console.log('line', n); process.exitCode = 3")).rejects.toThrow(
    /failed \(exit code 3\): line 40\n(.*\n)*line 49$/,
  );
});

test('a program that is missing is named', async () => {
  await expect(runCommand('no-such-program', ['--version'])).rejects.toThrow('no-such-program --version cannot be run');
});

test('an abort ends it', async () => {
  await expect(node('setInterval(() => {}, 1000)', AbortSignal.timeout(50))).rejects.toThrow('was given up');
});

test('the last lines of less are all of it', () => {
  expect(lastLines('a\nb\n', 5)).toBe('a\nb');
});
