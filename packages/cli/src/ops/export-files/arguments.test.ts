import { expect, test } from 'vitest';
import { toImportEvents } from './arguments.ts';
import { importCommand } from './describe.ts';

const NOW = Date.UTC(2026, 10, 21, 10);
const parse = (line: string) => toImportEvents(line.split(' '), NOW);

test('files and a time are enough; each file counts once', () => {
  expect(parse('a.gz b.gz a.gz --since 2h --dry-run')).toEqual({
    ...{ files: ['a.gz', 'b.gz'], since: NOW - 7_200_000, until: undefined, run: '1' },
    ...{ perSecond: 200, dryRun: true, yes: false, json: false },
  });
});

test.each([
  ['--dry-run', 'at least one file'],
  ['a.gz --since soon', '--since'],
  ['a.gz --since 2026-11-21 --until 2026-11-20', '--since must be before --until'],
  ['a.gz --rate fast', '--rate'],
  ['a.gz --order 1', '--order'],
])('%s is refused, and why is said', (line, reason) => {
  expect(() => parse(line)).toThrow(reason);
});

test('the command that goes on after an interruption names the same selection, whenever it is given', () => {
  const command = importCommand(parse("it's/a.gz --since 2h --run 2"));
  expect(command).toBe(`npm run ops -- import-events 'it'\\''s/a.gz' --since 2026-11-21T08:00:00.000Z --run 2 --yes`);
});
