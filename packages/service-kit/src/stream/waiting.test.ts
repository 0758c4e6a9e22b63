import { CallAgain, type Handler, type HandlerContext, type Message, PipelineError } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { createWaiting, endingWaits } from './waiting.ts';

test('an item waits since it was first seen, until it goes on', () => {
  let now = 100;
  const waiting = createWaiting(() => now);
  const item = {};
  const { signal } = new AbortController();
  expect(waiting.since(item, signal)).toBeUndefined();
  now = 350;
  expect(waiting.since(item, signal)).toBe(250);
  expect(waiting.count()).toBe(1);
  waiting.end(item);
  expect(waiting.count()).toBe(0);
  expect(waiting.since(item, signal)).toBeUndefined();
});

test('what belongs to a lost partition does not count', () => {
  const waiting = createWaiting(() => 0);
  const lost = new AbortController();
  waiting.since({}, lost.signal);
  waiting.since({}, new AbortController().signal);
  lost.abort();
  expect(waiting.count()).toBe(1);
});

test('a message waits on while its handler is to be called again, and no longer when it is finished', async () => {
  const waiting = createWaiting<Message<string>>(() => 0);
  const message = { key: 'key' } as Message<string>;
  const context = {} as HandlerContext;
  const countAfter = async (handler: Handler<string>): Promise<number> => {
    waiting.since(message, new AbortController().signal);
    await Promise.resolve(endingWaits(waiting, handler)([message], context)).catch(() => undefined);
    return waiting.count();
  };
  expect(await countAfter(() => Promise.reject(new CallAgain(1, 'not yet')))).toBe(1);
  expect(await countAfter(() => Promise.reject(new CallAgain(1, 'not yet', { hold: true })))).toBe(0);
  expect(await countAfter(() => Promise.reject(new PipelineError('transient', 'down', 'down')))).toBe(1);
  expect(await countAfter(() => Promise.reject(new PipelineError('permanent', 'bad', 'bad')))).toBe(0);
  expect(await countAfter(() => Promise.resolve([]))).toBe(0);
});
