import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createIdleCheck } from './idle.ts';

let lag: number;
let rest: number;
let unread: number;
let held: number;
let isIdle: () => Promise<boolean>;

const inARow = async (times: number) => {
  const seen: boolean[] = [];
  for (let time = 0; time < times; time++) seen.push(await isIdle());
  return seen;
};

beforeEach(() => {
  [lag, rest, unread, held] = [0, 5, 0, 0];
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(`pipeline_events_held ${held}\n`)));
  onTestFinished(() => void vi.unstubAllGlobals());
  const kafka = {
    lag: (group: string, topics: readonly string[]) =>
      Promise.resolve(group === 'p.status-writer' && topics.length > 0 ? rest : lag),
    unread: () => Promise.resolve(unread),
  };
  isIdle = createIdleCheck({ kafka, opsUrls: () => ['http://ops'] }, 'p.');
});

test('is true when nothing is open and nothing moves for a while, markers of transactions or not', async () => {
  expect(await inARow(6)).toEqual([false, false, false, false, true, true]);
});

test.each([
  ['messages that are not done', () => (lag = 1), () => (lag = 0)],
  ['partitions that nobody has read', () => (unread = 2), () => (unread = 0)],
  ['events that wait for their order', () => (held = 1), () => (held = 0)],
])('begins anew after %s', async (_, open, done) => {
  await inARow(4);
  open();
  expect(await inARow(6)).toEqual([false, false, false, false, false, false]);
  done();
  expect((await inARow(4)).at(-1)).toBe(true);
});

test('begins anew after something has moved', async () => {
  await inARow(4);
  rest = 4;
  expect(await inARow(5)).toEqual([false, false, false, false, true]);
});
