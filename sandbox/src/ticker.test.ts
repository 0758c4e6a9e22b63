import { expect, test } from 'vitest';
import { createTicker } from './ticker.ts';

test('says a line when it has changed and the last one is long enough ago', () => {
  let time = 0;
  const lines: string[] = [];
  const ticker = createTicker(
    (line) => lines.push(line),
    3_000,
    () => time,
  );

  ticker.tick('1 placed');
  time = 3_000;
  ticker.tick('2 placed');
  ticker.tick('3 placed');
  time = 9_000;
  ticker.tick('2 placed');
  ticker.end('4 placed');
  time = 11_999;
  ticker.tick('5 placed');

  expect(lines).toEqual(['2 placed', '4 placed']);
});
