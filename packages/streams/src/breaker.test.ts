import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Breaker, type BreakerOptions, type BreakerState, createBreaker } from './breaker.ts';
import { type ErrorClass, PipelineError } from './errors.ts';

const THRESHOLD = 3;

function setUp(options: Partial<BreakerOptions> = {}) {
  const clock = { ms: 1_000_000 };
  const changes: BreakerState[] = [];
  const breaker = createBreaker({
    target: 'vendor',
    failureThreshold: THRESHOLD,
    openMs: 1_000,
    maxOpenMs: 30_000,
    now: () => clock.ms,
    random: () => 1,
    onChange: (state) => changes.push(state),
    ...options,
  });
  return { breaker, clock, changes };
}

const failure = (errorClass: ErrorClass = 'transient', httpStatus?: number, code = 'down') =>
  new PipelineError(errorClass, code, 'x', httpStatus === undefined ? {} : { httpStatus });

/** What the call rejected with; a call that succeeds fails the test. */
const rejection = (result: Promise<unknown>): Promise<unknown> =>
  result.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => error,
  );
const fail = (breaker: Breaker, error: unknown = failure(), signal?: AbortSignal) =>
  rejection(breaker.run(() => Promise.reject(error), signal));
const succeed = (breaker: Breaker) => breaker.run(async () => 'answer');
const open = async (breaker: Breaker) => {
  for (let count = 0; count < THRESHOLD; count++) await fail(breaker);
};

/** A call under way, to be ended by the test. */
function start(breaker: Breaker, signal?: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let sent = false;
  const settled = breaker
    .run(() => {
      sent = true;
      return promise;
    }, signal)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  return { sent: () => sent, settled, answer: () => resolve('answer'), reject };
}

describe('while closed', () => {
  it('hands through what a call resolves or rejects with', async () => {
    const { breaker } = setUp();
    const error = failure();
    expect(await succeed(breaker)).toBe('answer');
    expect(await fail(breaker, error)).toBe(error);
  });

  it.each<ErrorClass>(['transient', 'throttled', 'unknown-outcome', 'auth'])(
    'opens after the threshold of %s failures, not before',
    async (errorClass) => {
      const { breaker, changes } = setUp();
      for (let count = 1; count < THRESHOLD; count++) await fail(breaker, failure(errorClass, 503));
      expect(breaker.state).toBe('closed');
      await fail(breaker, failure(errorClass, 503));
      expect(breaker.state).toBe('open');
      expect(changes).toEqual(['open']);
    },
  );

  it('takes ten failures when nothing else is said', async () => {
    const breaker = createBreaker({ target: 'vendor', now: () => 0 });
    for (let count = 1; count < 10; count++) await fail(breaker);
    expect(breaker.state).toBe('closed');
    await fail(breaker);
    expect(breaker.state).toBe('open');
  });

  it.each([
    ['a success', succeed],
    ['a conflict', (breaker: Breaker) => fail(breaker, failure('conflict', 409))],
    ['a refusal', (breaker: Breaker) => fail(breaker, failure('permanent', 400))],
    ['something gone', (breaker: Breaker) => fail(breaker, failure('gone', 404))],
  ])('begins to count anew after %s', async (_what, answer) => {
    const { breaker } = setUp();
    for (let count = 1; count < THRESHOLD; count++) await fail(breaker);
    await answer(breaker);
    for (let count = 1; count < THRESHOLD; count++) await fail(breaker);
    expect(breaker.state).toBe('closed');
  });

  it.each([
    ['a refused permit', failure('transient', undefined, 'permit-refused')],
    ['a permit that no longer holds', failure('transient', undefined, 'permit-withdrawn')],
    ['a lost partition', failure('fenced')],
    ['an error of our own mapping', failure('permanent')],
    ['a defect', new TypeError('x is not a function')],
    ['something that is no error', null],
  ])('neither counts %s nor takes it for an answer', async (_what, error) => {
    const { breaker } = setUp();
    for (let count = 0; count < 2 * THRESHOLD; count++) await fail(breaker, error);
    expect(breaker.state).toBe('closed');
    for (let count = 1; count < THRESHOLD; count++) await fail(breaker);
    await fail(breaker, error);
    await fail(breaker);
    expect(breaker.state).toBe('open');
  });

  it('does not count what the caller broke off, but counts its deadline', async () => {
    const ended = async (reason: unknown) => {
      const { breaker } = setUp();
      for (let count = 0; count < THRESHOLD; count++) {
        const caller = new AbortController();
        const call = start(breaker, caller.signal);
        caller.abort(reason);
        call.reject(failure('unknown-outcome'));
        await call.settled;
      }
      return breaker.state;
    };
    expect(await ended(undefined)).toBe('closed');
    expect(await ended(new Error('stopping'))).toBe('closed');
    expect(await ended(new DOMException('late', 'TimeoutError'))).toBe('open');
  });

  it('does not count a deadline that had passed before the call', async () => {
    const { breaker } = setUp();
    const late = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
    for (let count = 0; count < 2 * THRESHOLD; count++) await fail(breaker, failure(), late);
    expect(breaker.state).toBe('closed');
  });

  it('counts one failure that many calls share once', async () => {
    const { breaker } = setUp();
    const shared = failure();
    for (let count = 0; count < 10 * THRESHOLD; count++) await fail(breaker, shared);
    expect(breaker.state).toBe('closed');
  });

  it('judges what its client makes of a foreign error', async () => {
    const { breaker } = setUp({ toError: () => failure() });
    for (let count = 0; count < THRESHOLD; count++) await fail(breaker, { statusCode: 0 });
    expect(breaker.state).toBe('open');
  });
});

describe('while open', () => {
  it('sends nothing and says what it waits for and how long', async () => {
    const { breaker, clock } = setUp();
    await open(breaker);
    clock.ms += 400;
    const call = start(breaker);
    const error = await call.settled;
    expect(call.sent()).toBe(false);
    expect(error).toMatchObject({ errorClass: 'transient', code: 'breaker-open', notSent: true, retryAfterMs: 600 });
    expect((error as Error).message).toMatch(/vendor is not called .*\(the last: down\).* next probe in 600 ms/);
  });

  it('does not count its own refusals', async () => {
    const { breaker, clock } = setUp();
    await open(breaker);
    for (let count = 0; count < 50; count++) await fail(breaker);
    clock.ms += 1_000;
    expect(await succeed(breaker)).toBe('answer');
  });

  it('doubles its time with each failed probe up to the cap, and begins anew after an answer', async () => {
    const { breaker, clock } = setUp();
    const restMs = async () => ((await fail(breaker)) as PipelineError).retryAfterMs ?? 0;
    await open(breaker);
    const waits: number[] = [];
    for (let probe = 0; probe < 7; probe++) {
      waits.push(await restMs());
      clock.ms += waits.at(-1) ?? 0;
      await fail(breaker);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    clock.ms += 30_000;
    await succeed(breaker);
    await open(breaker);
    expect(await restMs()).toBe(1_000);
  });

  it('stays open for at least half of its time, as the dice fall', async () => {
    const { breaker } = setUp({ random: () => 0 });
    await open(breaker);
    expect(await fail(breaker)).toMatchObject({ retryAfterMs: 500 });
  });

  it('lets calls under way end as they would; an answer closes it, a failure is old news', async () => {
    const { breaker, clock } = setUp();
    const [slow, slower] = [start(breaker), start(breaker)];
    await open(breaker);
    const error = failure();
    slow.reject(error);
    expect(await slow.settled).toBe(error);
    expect(breaker.state).toBe('open');
    clock.ms += 999;
    expect(breaker.state).toBe('open');
    slower.answer();
    expect(await slower.settled).toBe(undefined);
    expect(breaker.state).toBe('closed');
  });
});

describe('the probe', () => {
  it('is one call; others wait for its answer', async () => {
    const { breaker, clock, changes } = setUp();
    await open(breaker);
    clock.ms += 1_000;
    expect(breaker.state).toBe('probing');
    const [probe, other] = [start(breaker), start(breaker)];
    expect(await other.settled).toMatchObject({ code: 'breaker-open', notSent: true, retryAfterMs: 1_000 });
    expect([probe.sent(), other.sent()]).toEqual([true, false]);
    probe.answer();
    await probe.settled;
    expect(breaker.state).toBe('closed');
    expect(await succeed(breaker)).toBe('answer');
    expect(changes).toEqual(['open', 'probing', 'closed']);
  });

  it('that fails opens it again at once', async () => {
    const { breaker, clock, changes } = setUp();
    await open(breaker);
    clock.ms += 1_000;
    await fail(breaker);
    expect(breaker.state).toBe('open');
    expect(await fail(breaker)).toMatchObject({ code: 'breaker-open', retryAfterMs: 2_000 });
    expect(changes).toEqual(['open', 'probing', 'open']);
  });

  it('may fail with an error that was counted before', async () => {
    const { breaker, clock } = setUp({ failureThreshold: 1 });
    const shared = failure();
    await fail(breaker, shared);
    clock.ms += 1_000;
    await fail(breaker, shared);
    expect(breaker.state).toBe('open');
  });

  it('that says nothing leaves its place to the next call', async () => {
    const { breaker, clock } = setUp();
    await open(breaker);
    clock.ms += 1_000;
    await fail(breaker, failure(), AbortSignal.abort());
    expect(breaker.state).toBe('probing');
    expect(await succeed(breaker)).toBe('answer');
    expect(breaker.state).toBe('closed');
  });

  it('that throws before it returns a promise leaves its place too', async () => {
    const { breaker, clock } = setUp();
    await open(breaker);
    clock.ms += 1_000;
    await rejection(
      breaker.run(() => {
        throw new TypeError('no promise');
      }),
    );
    expect(await succeed(breaker)).toBe('answer');
  });

  it('of an outage that ended does not open it again', async () => {
    const { breaker, clock } = setUp();
    const slow = start(breaker);
    await open(breaker);
    clock.ms += 1_000;
    const probe = start(breaker);
    slow.answer();
    await slow.settled;
    probe.reject(failure());
    await probe.settled;
    expect(breaker.state).toBe('closed');
  });
});

it('keeps its promises whatever happens in whichever order', async () => {
  const command = fc.oneof(
    { weight: 5, arbitrary: fc.constant({ do: 'call' } as const) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('fail' as const), which: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('nothing' as const), which: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(3_000) }) },
  );
  const seen = { refused: 0, probes: 0, reopened: 0, closed: 0 };
  const property = fc.asyncProperty(
    fc.array(command, { maxLength: 120, size: 'max' }),
    fc.nat(99),
    async (commands, percent) => {
      const { breaker, clock } = setUp({ random: () => percent / 100 });
      const underWay: ReturnType<typeof start>[] = [];
      const probes = new Set<ReturnType<typeof start>>();
      let failuresInARow = 0;
      for (const step of commands) {
        const before = breaker.state;
        if (step.do === 'wait') {
          clock.ms += step.ms;
          continue;
        }
        if (step.do === 'call') {
          const call = start(breaker);
          if (call.sent()) {
            expect(before).not.toBe('open');
            underWay.push(call);
            if (before === 'probing') probes.add(call);
            expect(probes.size).toBeLessThanOrEqual(1);
            if (before === 'probing') seen.probes++;
          } else {
            expect(before).not.toBe('closed');
            if (before === 'probing') expect(probes.size).toBe(1);
            expect(await call.settled).toMatchObject({ errorClass: 'transient', code: 'breaker-open', notSent: true });
            expect(((await call.settled) as PipelineError).retryAfterMs).toBeGreaterThan(0);
            seen.refused++;
          }
          continue;
        }
        const [call] = underWay.splice(step.which % Math.max(1, underWay.length), 1);
        if (!call) continue;
        const wasProbe = probes.delete(call);
        if (step.do === 'answer') call.answer();
        else call.reject(step.do === 'fail' ? failure() : new TypeError('a defect'));
        await call.settled;
        if (step.do === 'answer') {
          expect(breaker.state).toBe('closed');
          failuresInARow = 0;
          if (before !== 'closed') seen.closed++;
          probes.clear();
          continue;
        }
        if (step.do === 'fail') failuresInARow++;
        if (before === 'closed' && breaker.state !== 'closed') {
          expect(step.do).toBe('fail');
          expect(failuresInARow).toBeGreaterThanOrEqual(THRESHOLD);
        }
        if (before !== 'closed') expect(breaker.state).toBe(wasProbe && step.do === 'fail' ? 'open' : before);
        if (wasProbe && step.do === 'fail') seen.reopened++;
      }
    },
  );
  await fc.assert(property, { numRuns: 500 });
  // Not by never getting there.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
});
