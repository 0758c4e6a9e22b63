import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PipelineError } from './errors.ts';
import { createRateLimiter, type RateLimiterOptions } from './rateLimiter.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const tooMany = new PipelineError('throttled', 'http-429', 'no');

function aLimiter(options: Partial<RateLimiterOptions> = {}) {
  const limiter = createRateLimiter({ target: 'vendor', now: () => Date.now(), ...options });
  const sentAt: number[] = [];
  const began = Date.now();
  const call = (error?: Error) =>
    limiter.run(() => {
      sentAt.push(Date.now() - began);
      return error ? Promise.reject(error) : Promise.resolve('answer');
    }, undefined);
  return { limiter, call, sentAt };
}

test('without a rate everything passes at once', async () => {
  const { limiter, call, sentAt } = aLimiter();
  await Promise.all(Array.from({ length: 100 }, () => call()));
  expect([limiter.perSecond, new Set(sentAt)]).toEqual([undefined, new Set([0])]);
});

test('a configured rate spaces the calls, and each process takes its share of it', async () => {
  const { call, sentAt } = aLimiter({ maxPerSecond: 20, share: () => 0.5 });
  const calls = Promise.all(Array.from({ length: 5 }, () => call()));
  await vi.advanceTimersByTimeAsync(1_000);
  await calls;
  expect(sentAt).toEqual([0, 100, 200, 300, 400]);
});

test('a turn that is too far away is refused with its time, and takes no turn from others', async () => {
  const { call } = aLimiter({ maxPerSecond: 1, maxWaitMs: 2_000 });
  const three = [call(), call(), call()];
  for (let n = 0; n < 3; n++)
    await expect(call()).rejects.toMatchObject({ code: 'rate-limited', notSent: true, retryAfterMs: 3_000 });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await Promise.all(three)).toEqual(['answer', 'answer', 'answer']);
});

test('complaints of a good part of the calls slow it down, and it recovers while there are none', async () => {
  const { limiter, call } = aLimiter();
  for (let n = 0; n < 100; n++) {
    void call(n % 4 === 0 ? tooMany : undefined).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(50);
  }
  const slowed = limiter.perSecond ?? 0;
  expect(slowed).toBeGreaterThanOrEqual(5);
  expect(slowed).toBeLessThan(20);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(limiter.perSecond).toBeGreaterThan(slowed);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(limiter.perSecond).toBeUndefined();
});

test.each([1, 3, 10])('complaints about %i in a hundred calls change nothing', async (percent) => {
  const { limiter, call } = aLimiter();
  for (let n = 0; n < 2_000; n++) {
    await call((n * percent) % 100 < percent ? tooMany : undefined).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(5);
  }
  expect(limiter.perSecond).toBeUndefined();
});

test('many complaints of one moment count once, further ones slow it down further, never below the slowest', async () => {
  const { limiter, call } = aLimiter();
  await Promise.all(Array.from({ length: 40 }, () => call(tooMany).catch(() => undefined)));
  const first = limiter.perSecond ?? 0;
  expect(first).toBeLessThanOrEqual(40);
  let last = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 20; n++) {
    await vi.advanceTimersByTimeAsync(1_000);
    const sent = Promise.all(Array.from({ length: 5 }, () => call(tooMany).catch(() => undefined)));
    await vi.advanceTimersByTimeAsync(1_000);
    await sent;
    last = limiter.perSecond ?? 0;
  }
  expect(last).toBeLessThan(10);
  expect(last).toBeGreaterThanOrEqual(5);
});

test('the wait of a call that is given up ends, and the call sees that', async () => {
  const { limiter } = aLimiter({ maxPerSecond: 1 });
  const given = new AbortController();
  const seen: boolean[] = [];
  const call = () => limiter.run(() => Promise.resolve(seen.push(given.signal.aborted)), given.signal);
  await call();
  const second = call();
  given.abort(new Error('given up'));
  await second;
  expect(seen).toEqual([false, true]);
});
