import { expect, test } from 'vitest';
import { type ErrorClass, PipelineError } from '../errors.ts';
import { createFloodGuard } from '../floodGuard.ts';
import { createParking } from '../parking.ts';
import { createFailures } from './failures.ts';

function aTable() {
  let now = 0;
  const parking = createParking({ now: () => now });
  const flood = createFloodGuard({ now: () => now });
  const failures = createFailures({ retry: { delayAfter: (attempt) => attempt }, parking, flood });
  const failure = failures.begin();
  const judge = (errorClass: ErrorClass, { code = 'code', together = 1 } = {}) =>
    failures.judge({ failure, error: new PipelineError(errorClass, code, 'no'), together });
  return { failures, failure, judge, pass: (ms: number) => void (now += ms) };
}

test.each(['transient', 'throttled', 'auth', 'conflict', 'unknown-outcome', 'fenced'] as const)(
  'a failure of class %s is tried again, later each time',
  (errorClass) => {
    const { judge } = aTable();
    expect(judge(errorClass)).toMatchObject({ verdict: 'again', afterMs: 1 });
    expect(judge(errorClass)).toMatchObject({ verdict: 'again', afterMs: 2 });
  },
);

test('what the breaker refused is no try', () => {
  const { judge, failure } = aTable();
  judge('transient', { code: 'breaker-open' });
  expect(failure.count).toBe(0);
});

test('what is gone is an outcome, and what can never succeed becomes a dead letter at the first try', () => {
  const { judge } = aTable();
  expect(judge('gone')).toEqual({ verdict: 'gone' });
  expect(judge('permanent')).toMatchObject({ verdict: 'bury', error: { code: 'code' } });
});

test('of several that failed together for good each is tried alone', () => {
  const { judge } = aTable();
  expect(judge('permanent', { together: 2 })).toEqual({ verdict: 'alone' });
});

test('of several that came together and whose call is given up each becomes a dead letter', () => {
  const { judge } = aTable();
  const code = 'transient-exhausted';
  expect(judge('permanent', { code, together: 2 })).toMatchObject({ verdict: 'bury', error: { code } });
});

test('the time in which the breaker refused is no time of failing', () => {
  const { judge, failure, pass } = aTable();
  judge('transient', { code: 'breaker-open' });
  pass(1_000);
  judge('transient', { code: 'breaker-open' });
  expect(failure.trouble).toMatchObject({ failingMs: 0, lastAt: 1_000 });
});

test('in a flood of dead letters the next ones wait, with the reason and the way out', () => {
  const { judge, failures } = aTable();
  for (let n = 0; n < 21; n++) judge('permanent');
  expect(judge('permanent')).toMatchObject({
    verdict: 'again',
    error: { code: 'dead-letters-held-back', message: expect.stringContaining('deploy again') },
  });
  const error = new PipelineError('permanent', 'code', 'no');
  expect(() => failures.admit(error)).toThrow(expect.objectContaining({ code: 'dead-letters-held-back' }));
});
