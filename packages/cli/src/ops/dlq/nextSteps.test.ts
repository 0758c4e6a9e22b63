import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { knownCodes, nextStepFor, redriveCommand } from './nextSteps.ts';

const guide = readFileSync(new URL('../../../../../docs/guides/on-call.md', import.meta.url), 'utf8');

/** Codes in the first column of the guide's table of dead letters; `-suffix` stands for the one before it. */
function codesOfGuide(): string[] {
  const section = guide.slice(guide.indexOf('## Dead letters'));
  const cells = [...section.matchAll(/^\| (`[^|]+) \|/gm)].map(([, cell]) => cell ?? '');
  return cells.flatMap((cell) => {
    const codes = [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');
    const stem = codes[0]?.replace(/-[a-z]+$/, '') ?? '';
    return codes.map((code) => (code.startsWith('-') ? stem + code : code));
  });
}

test('every code of the guide has a step of its own here, and every code here is in the guide', () => {
  const vendor = (code: string): boolean => /^[A-Z]/.test(code);
  expect(
    codesOfGuide()
      .filter((code) => !vendor(code))
      .sort(),
  ).toEqual([...knownCodes].sort());
});

test('a code of commercetools gets its own step, an unheard-of one sends to the message', () => {
  expect(nextStepFor('InvalidField').text).toContain('commercetools');
  expect(nextStepFor('http-400').text).toContain('commercetools');
  expect(nextStepFor('new-code').text).toContain('message');
  expect(nextStepFor('toString').text).toContain('message');
});

test('a command names what it filters by', () => {
  expect(redriveCommand('order-router', { code: 'defect' })).toBe(
    'npm run ops -- dlq redrive --service order-router --code defect',
  );
  expect(redriveCommand('order-router', { position: '3:17' })).toBe(
    'npm run ops -- dlq redrive --service order-router --letter 3:17',
  );
  expect(redriveCommand('ingest-fft', { key: null })).toBe('npm run ops -- dlq redrive --service ingest-fft');
});

test('a key from outside cannot become a command of the shell', () => {
  expect(redriveCommand('ingest-fft', { key: "a'; rm -rf $HOME" })).toBe(
    `npm run ops -- dlq redrive --service ingest-fft --key 'a'\\''; rm -rf $HOME'`,
  );
});
