import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ask } from './ask.ts';

function answering(typed: string) {
  const input = new PassThrough();
  const output = new PassThrough();
  input.write(typed);
  return { input, output, terminal: true };
}

test('what is typed is the answer', async () => {
  expect(await ask('Type yes: ', answering('yes\r'))).toBe('yes');
});

test('Ctrl-C is an answer that is not yes, and what follows begins on a line of its own', async () => {
  const terminal = answering('\u0003');
  expect(await ask('Type yes: ', terminal)).toBe('');
  expect(String(terminal.output.read())).toMatch(/\n$/);
});
