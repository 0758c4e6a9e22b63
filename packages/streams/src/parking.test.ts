import { expect, test } from 'vitest';
import { PipelineError } from './errors.ts';
import { createParking } from './parking.ts';

const HOUR = 3_600_000;
const down = new PipelineError('transient', 'http-500', 'no');

function aParking() {
  let now = 0;
  const parking = createParking({ now: () => now });
  const trouble = parking.beginTrouble();
  return {
    parking,
    pass: (ms: number) => void (now += ms),
    succeed: (call: string, times = 5) => {
      for (let n = 0; n < times; n++) parking.succeeded(call);
    },
    fail: (error = down, call: string | undefined = 'placeOrder') => parking.failed(trouble, error, call),
  };
}

test('a message that keeps failing alone is parked after an hour', () => {
  const { pass, succeed, fail } = aParking();
  expect(fail()).toBe(false);
  pass(HOUR - 1);
  succeed('placeOrder');
  expect(fail()).toBe(false);
  pass(1);
  expect(fail()).toBe(true);
});

test('an outage parks nothing, however long it lasts', () => {
  const { pass, succeed, fail } = aParking();
  fail();
  // Other calls succeed: that says nothing about this one.
  succeed('read', 100);
  pass(10 * HOUR);
  expect(fail()).toBe(false);
  succeed('placeOrder', 4);
  pass(HOUR);
  expect(fail()).toBe(false);
});

test('what succeeded before it failed first does not count', () => {
  const { pass, succeed, fail } = aParking();
  succeed('placeOrder', 100);
  fail();
  pass(2 * HOUR);
  expect(fail()).toBe(false);
});

test.each([
  ['the breaker', 'breaker-open'],
  ['a missing permission', 'effect-paused'],
])('the time in which %s lets nothing through does not count', (_, code) => {
  const refused = new PipelineError('transient', code, 'no');
  const { pass, succeed, fail } = aParking();
  fail();
  succeed('placeOrder');
  for (let minutes = 0; minutes < 300; minutes++) {
    pass(60_000);
    expect(fail(refused)).toBe(false);
  }
  pass(60_000);
  expect(fail()).toBe(false);
  pass(HOUR);
  expect(fail()).toBe(true);
});

test.each([
  ['a conflict', new PipelineError('conflict', 'conflict', 'no')],
  ['too many calls', new PipelineError('throttled', '429', 'no')],
  ['a missing right', new PipelineError('auth', '403', 'no')],
])('%s is waited out', (_, error) => {
  const { pass, succeed, fail } = aParking();
  fail(error);
  succeed('placeOrder');
  pass(10 * HOUR);
  expect(fail(error)).toBe(false);
});

test('what is no call to a vendor is never parked: it is the same for all', () => {
  const { parking, pass, succeed } = aParking();
  const trouble = parking.beginTrouble();
  parking.failed(trouble, down, undefined);
  succeed('placeOrder');
  pass(10 * HOUR);
  expect(parking.failed(trouble, down, undefined)).toBe(false);
});
