import { expect, test } from 'vitest';
import { PipelineError } from './errors.ts';
import type { Call } from './handler.ts';
import { createParking } from './parking.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const down = new PipelineError('transient', 'http-500', 'no', { httpStatus: 500 });
const unknown = new PipelineError('unknown-outcome', 'provider-timeout', 'no');
const PLACE: Call = { name: 'placeOrder' };
const FIND: Call = { name: 'findOrders' };

function aParking() {
  let now = 0;
  const parking = createParking({ now: () => now });
  const trouble = parking.beginTrouble();
  const pass = (ms: number) => void (now += ms);
  const succeed = (call = PLACE) => parking.succeeded(call);
  const fail = (error = down, call = PLACE) => parking.failed(call, trouble, error);
  return {
    ...{ parking, trouble, pass, succeed, fail },
    isExhausted: (call = PLACE) => parking.exhausted(call, trouble) !== undefined,
    /** It fails each minute, and the call succeeds for others in between. */
    failAlone(ms: number, error = down, call = PLACE) {
      fail(error, call);
      for (let rest = ms; rest > 0; rest -= MINUTE) {
        pass(Math.min(rest, MINUTE));
        succeed({ name: call.name });
        fail(error, call);
      }
    },
  };
}

test.each([down, unknown])('a call that keeps failing alone is given up after an hour: $errorClass', (error) => {
  const { parking, trouble, failAlone, isExhausted, pass, succeed, fail } = aParking();
  failAlone(HOUR - 1, error);
  expect(isExhausted()).toBe(false);
  pass(1);
  succeed();
  fail(error);
  expect(parking.exhausted(PLACE, trouble)).toMatchObject({
    ...{ errorClass: 'permanent', code: 'transient-exhausted', stage: 'call', notSent: true, cause: error },
    ...{ httpStatus: error.httpStatus, message: expect.stringContaining(`${error.code}: no`) },
  });
});

test('a message that has not failed is not given up', () => {
  expect(aParking().parking.exhausted(PLACE, undefined)).toBeUndefined();
});

test('an outage gives up nothing, however long it lasts', () => {
  const { pass, fail, isExhausted, succeed } = aParking();
  fail();
  for (let minutes = 0; minutes < 600; minutes++) {
    pass(MINUTE);
    // Other calls succeed: that says nothing about this one.
    succeed(FIND);
    fail();
  }
  expect(isExhausted()).toBe(false);
});

test('nor does its end, when others come first: a success tells of the time just before it', () => {
  const { pass, fail, isExhausted, failAlone, succeed } = aParking();
  fail();
  pass(10 * HOUR);
  for (let others = 0; others < 100; others++) succeed();
  failAlone(40 * MINUTE);
  expect(isExhausted()).toBe(false);
  failAlone(8 * MINUTE);
  expect(isExhausted()).toBe(true);
});

test('nor does an outage that lets some through', () => {
  const { parking, pass, fail, isExhausted, succeed } = aParking();
  fail();
  for (let minutes = 0; minutes < 600; minutes++) {
    pass(MINUTE);
    for (let others = 0; others < 20; others++) {
      if (others % 10 === 0) succeed();
      else parking.failed(PLACE, parking.beginTrouble(), down);
    }
    fail();
  }
  expect(isExhausted()).toBe(false);
});

test('others that fail as well, as all of one store, do not keep it from being given up', () => {
  const { parking, pass, fail, isExhausted, succeed } = aParking();
  const others = Array.from({ length: 20 }, () => parking.beginTrouble());
  for (const trouble of others) parking.failed(PLACE, trouble, down);
  fail();
  for (let minutes = 0; minutes < 60; minutes++) {
    pass(MINUTE);
    succeed();
    for (const trouble of others) parking.failed(PLACE, trouble, down);
    fail();
  }
  expect(isExhausted()).toBe(true);
});

test('where there are few orders, one in ten minutes is enough', () => {
  const { pass, fail, isExhausted, succeed } = aParking();
  fail();
  for (let minutes = 1; minutes <= 60; minutes++) {
    expect(isExhausted()).toBe(false);
    pass(MINUTE);
    if (minutes % 10 === 0) succeed();
    fail();
  }
  expect(isExhausted()).toBe(true);
});

test('what succeeded before it failed first does not count', () => {
  const { pass, fail, isExhausted, succeed } = aParking();
  succeed();
  fail();
  pass(2 * HOUR);
  fail();
  expect(isExhausted()).toBe(false);
});

test.each([
  ['the breaker', 'breaker-open'],
  ['a missing permission', 'effect-paused'],
])('the time in which %s lets nothing through does not count', (_, code) => {
  const refused = new PipelineError('transient', code, 'no');
  const { parking, trouble, pass, fail, isExhausted, failAlone, succeed } = aParking();
  fail();
  for (let minutes = 0; minutes < 300; minutes++) {
    pass(MINUTE);
    succeed();
    if (minutes % 2) fail(refused);
    else parking.refused(trouble);
  }
  pass(MINUTE);
  failAlone(HOUR - MINUTE);
  expect(isExhausted()).toBe(false);
  failAlone(MINUTE);
  expect(isExhausted()).toBe(true);
});

test.each([
  ['a conflict', new PipelineError('conflict', 'conflict', 'no')],
  ['too many calls', new PipelineError('throttled', '429', 'no')],
  ['a missing right', new PipelineError('auth', '403', 'no')],
])('%s is waited out', (_, error) => {
  const { failAlone, isExhausted } = aParking();
  failAlone(10 * HOUR, error);
  expect(isExhausted()).toBe(false);
});

test('each part of a message has its own hour, and its success ends it', () => {
  const { parking, trouble, failAlone, isExhausted } = aParking();
  const [home, work] = ['home', 'work'].map((part): Call => ({ ...PLACE, part })) as [Call, Call];
  failAlone(HOUR, down, home);
  expect([home, work, PLACE].map(isExhausted)).toEqual([true, false, false]);
  parking.succeeded(work, trouble);
  expect(isExhausted(home)).toBe(true);
  parking.succeeded(home, trouble);
  expect(isExhausted(home)).toBe(false);
});

test('what succeeds for the message itself now and then is not given up, and is no success of others', () => {
  const { parking, trouble, pass, fail, isExhausted } = aParking();
  for (let minutes = 0; minutes < 6_000; minutes++) {
    pass(MINUTE);
    if (minutes % 40 === 0) parking.succeeded(FIND, trouble);
    else fail(down, FIND);
    expect(isExhausted(FIND)).toBe(false);
  }
});
