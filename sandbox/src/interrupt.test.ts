import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenForInterrupt } from './interrupt.ts';

let time: number;
let exits: number[];
let lines: string[];
let events: EventEmitter;
let told: AbortSignal;
let parent: number;
beforeEach(() => {
  vi.useFakeTimers();
  parent = 77;
  time = 1_000;
  exits = [];
  lines = [];
  events = new EventEmitter();
  told = listenForInterrupt({
    events,
    now: () => time,
    parent: () => parent,
    exit: (code) => exits.push(code),
    print: (line) => lines.push(line),
  });
});

afterEach(() => {
  vi.useRealTimers();
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('the first %s is answered at once and aborts', (signal) => {
  expect(told.aborted).toBe(false);

  events.emit(signal, signal);

  expect(told.reason).toEqual(new Error(`Told to stop by ${signal}`));
  expect(lines).toEqual(['Stopping; Ctrl-C again ends at once']);
  expect(exits).toEqual([]);
});

test('what the first signal prints may be something else', () => {
  const others = new EventEmitter();
  listenForInterrupt({ events: others, print: (line) => lines.push(line), answer: 'After this row' });

  others.emit('SIGINT', 'SIGINT');

  expect(lines).toEqual(['After this row']);
});

test('the same Ctrl-C passed on by npm is not the second', () => {
  events.emit('SIGINT', 'SIGINT');
  time += 499;
  events.emit('SIGINT', 'SIGINT');

  expect(exits).toEqual([]);
  expect(lines).toHaveLength(1);
});

test('the second ends the process with 130', () => {
  events.emit('SIGINT', 'SIGINT');
  time += 500;
  events.emit('SIGINT', 'SIGINT');

  expect(exits).toEqual([130]);
});

test('the end of the npm that started it stops it, once', () => {
  vi.advanceTimersByTime(5_000);
  expect(told.aborted).toBe(false);
  parent = 1;
  vi.advanceTimersByTime(5_000);
  expect(told.reason).toEqual(new Error('Told to stop by the end of its parent'));
  expect([lines.length, exits]).toEqual([1, []]);
});
