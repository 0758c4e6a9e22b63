import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LandingOutcome } from '@pipeline/landing';
import { failedOne, landedOne, startIntake, type TestIntake } from '../testing/intake.ts';
import type { SqsQueue } from './sqsQueue.ts';
import { createSqsSource } from './sqsSource.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A queue that answers with what the test has put there, and otherwise waits as a long poll does. */
function createQueue() {
  const answers: (readonly string[] | Error)[] = [];
  const asked: number[] = [];
  const deleted: string[][] = [];
  const hidden: string[] = [];
  const queue: SqsQueue = {
    async receive(max, _visibilityMs, signal) {
      asked.push(max);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      if (answer !== undefined) return answer.map((text) => ({ handle: `h-${text}`, body: text }));
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    },
    async delete(handles) {
      deleted.push([...handles]);
      return new Map(handles.flatMap((handle, index) => (handle === 'h-stuck' ? [[index, new Error('gone')]] : [])));
    },
    async hide(entries) {
      hidden.push(...entries.map(({ handle, ms }) => `${handle} ${ms}`));
      return new Map();
    },
    close: () => undefined,
  };
  return { queue, answers, asked, deleted, hidden };
}

function run({ intake }: TestIntake, queue: SqsQueue) {
  const source = createSqsSource({ intake, queue, visibilityMs: 30_000, readers: 1 });
  source.start();
  return async () => {
    const closed = intake.close();
    await vi.advanceTimersByTimeAsync(1_000);
    await closed;
    await source.close();
  };
}

test('what has landed is deleted, ten in one request at most', async () => {
  const { queue, answers, deleted } = createQueue();
  const texts = Array.from({ length: 12 }, (_, n) => `${n}`);
  answers.push(texts.slice(0, 10), texts.slice(10));
  const intake = startIntake();
  const stop = run(intake, queue);
  await vi.advanceTimersByTimeAsync(100);
  await stop();
  expect(deleted.map((each) => each.length)).toEqual([10, 2]);
  expect(deleted.flat()).toEqual(texts.map((text) => `h-${text}`));
});

test('one of a request that is not deleted is told, the others are done', async () => {
  const { queue, answers } = createQueue();
  answers.push(['a', 'stuck']);
  const intake = startIntake();
  const stop = run(intake, queue);
  await vi.advanceTimersByTimeAsync(100);
  await stop();
  expect(intake.heard.filter((text) => text !== 'landed')).toEqual(['acknowledged', 'acknowledge failed: gone']);
});

test('what did not land is hidden for the pause and not deleted', async () => {
  const { queue, answers, deleted, hidden } = createQueue();
  answers.push(['a']);
  const intake = startIntake(() => failedOne, { retry: { delayAfter: () => 7_000 } });
  const stop = run(intake, queue);
  await vi.advanceTimersByTimeAsync(100);
  await stop();
  expect([deleted, hidden]).toEqual([[], ['h-a 7000']]);
});

test('what is long in hand stays hidden, and what is done is not put off any more', async () => {
  const { queue, answers, deleted, hidden } = createQueue();
  answers.push(['slow']);
  const { promise, resolve } = Promise.withResolvers<LandingOutcome>();
  const intake = startIntake(() => promise);
  const stop = run(intake, queue);
  await vi.advanceTimersByTimeAsync(25_000);
  expect(hidden).toEqual(['h-slow 30000', 'h-slow 30000']);
  resolve(landedOne);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(hidden).toHaveLength(2);
  expect(deleted).toEqual([['h-slow']]);
  await stop();
});

test('it asks for no more than there is room for, and not at all without', async () => {
  const { queue, answers, asked } = createQueue();
  answers.push(['a', 'b', 'c']);
  const { promise, resolve } = Promise.withResolvers<LandingOutcome>();
  const intake = startIntake(() => promise, { maxMessages: 3 });
  const stop = run(intake, queue);
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toEqual([3]);
  resolve(landedOne);
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toEqual([3, 3]);
  await stop();
});

test('a queue that cannot be read is a problem until it is read again, after a pause', async () => {
  vi.useRealTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const { queue, answers, asked } = createQueue();
  answers.push(new Error('no such queue'), new Error('no such queue'), []);
  const { intake, heard } = startIntake();
  const source = createSqsSource({ intake, queue, visibilityMs: 30_000, readers: 1 });
  source.start();
  await vi.waitFor(() => expect(asked).toHaveLength(4));
  expect(heard).toEqual(['read failed: no such queue', 'read failed: no such queue', 'recovered']);
  expect(intake.problem).toBeUndefined();
  await intake.close();
  await source.close();
});
