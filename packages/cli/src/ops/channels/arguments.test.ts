import { expect, test } from 'vitest';
import { parseArguments, UsageError } from '../arguments.ts';

const parse = (line: string) => parseArguments(line.split(' '), 0);

test('a sync is of all channels that supply inventory, unless it is told otherwise', () => {
  expect(parse('channels sync')).toEqual({
    command: 'channels-sync',
    options: { keys: [], role: 'InventorySupply', perSecond: 50, dryRun: false, json: false },
  });
  expect(
    parse('channels sync --key store-a --key b_2 --key store-a --role Primary --rate 0.5/s --dry-run --json'),
  ).toMatchObject({
    options: { keys: ['store-a', 'b_2'], role: 'Primary', perSecond: 0.5, dryRun: true, json: true },
  });
  expect(parse('channels sync --role any')).toMatchObject({ options: { role: undefined } });
});

test.each([
  ['channels', 'no command channels'],
  ['channels list', 'no command channels list'],
  ['channels sync store-a', 'store-a is not an argument'],
  ['channels sync --key a', '--key must be the key'],
  ['channels sync --key store"a', '--key must be the key'],
  [`channels sync${Array.from({ length: 51 }, (_, n) => ` --key store-${n}`).join('')}`, '--key may be given 50 times'],
  ['channels sync --role Supply', '--role is "Supply"'],
  ['channels sync --rate 0', '--rate is "0"'],
])('%s is refused by name', (line, problem) => {
  expect(() => parse(line)).toThrow(UsageError);
  expect(() => parse(line)).toThrow(problem);
});
