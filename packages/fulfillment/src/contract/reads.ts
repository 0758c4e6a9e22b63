import { expect } from 'vitest';
import type { Clauses } from './clauses.ts';
import { failureOf } from './failure.ts';
import { endless, forbidden, throttling, unauthorized, unavailable, uncertain, waitMs } from './line/faults.ts';
import type { Fault } from './line/faults.ts';
import { type Arranged, patient, type Setting, timeout } from './setting.ts';

interface ReadClauses<Subject> {
  readonly clauses: Clauses;
  readonly open: () => Promise<Subject>;
  readonly arrange: (subject: Subject) => Promise<Arranged<unknown, AbortSignal>>;
}

/** What holds for every read, whichever of the requests that it takes fails: an outage is never taken for an answer. */
export function readClauses<Subject extends Setting>({ clauses, open, arrange }: ReadClauses<Subject>): void {
  /** Fails each request in turn, always from a fresh start. */
  async function failEach(fault: Fault, times: number, expected: object): Promise<void> {
    for (let nth = 1, requests = 1; nth <= requests; nth += 1) {
      await using subject = await open();
      const { line, secrets } = subject;
      const { call } = await arrange(subject);
      line.forget();
      await call(patient);
      requests = line.count('read');
      line.fail({ on: 'read', fault, nth, times });
      expect(await failureOf(() => call(patient), secrets), `request ${nth} of ${requests}`).toMatchObject(expected);
    }
  }

  for (const [title, fault] of Object.entries(uncertain))
    clauses.clause(`${title} is transient, not an answer`, () => failEach(fault, 1, { errorClass: 'transient' }));

  for (const [title, fault] of [...Object.entries(throttling), ['a 503 that says when', unavailable] as const]) {
    const retryAfterMs = waitMs(fault);
    clauses.clause(`${title} is throttled`, () => failEach(fault, 1, { errorClass: 'throttled', retryAfterMs }));
  }

  clauses.clause('a token that is refused twice is a matter of authorization', () =>
    failEach(unauthorized, 100, { errorClass: 'auth', httpStatus: 401 }),
  );

  clauses.clause('a missing permission is a matter of authorization', () =>
    failEach(forbidden, 100, { errorClass: 'auth', httpStatus: 403 }),
  );

  clauses.clause('a refused connection is transient', async () => {
    await using subject = await open();
    const { call } = await arrange(subject);
    await subject.line.down();
    expect(await failureOf(() => call(patient), subject.secrets)).toMatchObject({ errorClass: 'transient' });
  });

  clauses.clause('a token that is no longer good is replaced', async () => {
    await using subject = await open();
    const { line } = subject;
    const { call } = await arrange(subject);
    const before = await call(patient);
    line.forget();
    line.fail({ on: 'read', fault: unauthorized });
    expect(withoutInstants(await call(patient))).toEqual(withoutInstants(before));
    expect(line.count('sign-in')).toBe(1);
  });

  for (const [title, fault] of Object.entries(endless)) {
    clauses.clause(`${title}: ends with its signal`, async () => {
      await using subject = await open();
      const { call } = await arrange(subject);
      const { struck } = subject.line.fail({ on: 'read', fault });
      const deadline = new AbortController();
      const failure = failureOf(() => call(deadline.signal), subject.secrets);
      await struck;
      deadline.abort(timeout());
      expect(await failure).toMatchObject({ errorClass: 'transient' });
    });
  }

  clauses.clause('a signal that has ended sends nothing', async () => {
    await using subject = await open();
    const { call } = await arrange(subject);
    subject.line.forget();
    expect(await failureOf(() => call(AbortSignal.abort(timeout())), subject.secrets)).toMatchObject({
      errorClass: 'transient',
    });
    expect(subject.line.requests).toEqual([]);
  });
}

/** The same but for when it was read. */
const withoutInstants = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null ? { ...answer, readAt: 0 } : answer;
