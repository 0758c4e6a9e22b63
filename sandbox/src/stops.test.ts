import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runStops, type Stop } from './stops.ts';

let lines: string[];
const log = (line: string): void => void lines.push(line);
beforeEach(() => {
  lines = [];
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

const after =
  (ms: number, name: string): Stop =>
  (say) =>
    new Promise<void>((resolve) => setTimeout(resolve, ms)).then(() => say(name));

test('the last comes first, and nothing is said when it is over soon', async () => {
  const order: string[] = [];
  const stops: Stop[] = ['broker', 'services'].map((name) => async (say) => (order.push(name), say(name)));

  await runStops(stops, log);

  expect(order).toEqual(['services', 'broker']);
  expect(stops).toEqual([]);
  expect(lines).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('when it takes longer, it says what has ended so far and then each as it ends', async () => {
  const running = runStops([after(5_000, 'broker'), after(1_000, 'services')], log);

  await vi.advanceTimersByTimeAsync(1_900);
  expect(lines).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(lines).toEqual(['services']);
  await vi.advanceTimersByTimeAsync(5_000);
  await running;
  expect(lines).toEqual(['services', 'broker']);
});

test('one that fails keeps none from being stopped', async () => {
  const stopped: string[] = [];
  const fails =
    (message: string): Stop =>
    () =>
      Promise.reject(new Error(message));

  const one = runStops([async () => stopped.push('broker'), fails('first')], log);
  await expect(one).rejects.toThrow(/^first$/);
  expect(stopped).toEqual(['broker']);
  await expect(runStops([fails('second'), fails('first')], log)).rejects.toThrow('first\nsecond');
});
