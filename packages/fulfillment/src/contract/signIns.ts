import { expect } from 'vitest';
import type { Clauses } from './clauses.ts';
import { failureOf } from './failure.ts';
import { throttling, uncertain, waitMs } from './line/faults.ts';
import { type Arranged, patient, type Setting, type SubjectOptions, timeout } from './setting.ts';

interface SignInClauses<Subject> {
  readonly clauses: Clauses;
  readonly open: (options?: SubjectOptions) => Promise<Subject>;
  /** A call of an adapter that has not signed in yet. */
  readonly arrange: (subject: Subject) => Promise<Arranged<unknown, AbortSignal>>;
}

/** What holds for a call that must sign in first: as long as that fails, nothing else is sent. */
export function signInClauses<Subject extends Setting>({ clauses, open, arrange }: SignInClauses<Subject>): void {
  const nothingSent = (subject: Subject) =>
    expect(subject.line.requests.filter((each) => each.kind !== 'sign-in')).toEqual([]);

  clauses.clause('wrong credentials are a matter of authorization', async () => {
    await using subject = await open({ credentials: 'wrong' });
    const { call } = await arrange(subject);
    expect(await failureOf(() => call(patient), subject.secrets)).toMatchObject({ errorClass: 'auth', notSent: true });
    nothingSent(subject);
  });

  for (const [title, fault] of Object.entries(uncertain)) {
    clauses.clause(`a sign-in that ends in ${title} is transient`, async () => {
      await using subject = await open();
      const { call } = await arrange(subject);
      subject.line.fail({ on: 'sign-in', fault, times: 100 });
      const error = await failureOf(() => call(patient), subject.secrets);
      expect(error).toMatchObject({ errorClass: 'transient', notSent: true });
      nothingSent(subject);
    });
  }

  for (const [title, fault] of Object.entries(throttling)) {
    clauses.clause(`a sign-in that ends in ${title} is throttled`, async () => {
      await using subject = await open();
      const { call } = await arrange(subject);
      subject.line.fail({ on: 'sign-in', fault, times: 100 });
      const error = await failureOf(() => call(patient), subject.secrets);
      expect(error).toMatchObject({ errorClass: 'throttled', notSent: true });
      expect(error.retryAfterMs).toBe(waitMs(fault));
      nothingSent(subject);
    });
  }

  clauses.clause('a refused connection is transient', async () => {
    await using subject = await open();
    const { call } = await arrange(subject);
    await subject.line.down();
    expect(await failureOf(() => call(patient), subject.secrets)).toMatchObject({
      errorClass: 'transient',
      notSent: true,
    });
  });

  clauses.clause('a sign-in without an answer ends with the signal of the call', async () => {
    await using subject = await open();
    const { call } = await arrange(subject);
    const { struck } = subject.line.fail({ on: 'sign-in', fault: { effect: true, then: 'silence' } });
    const deadline = new AbortController();
    const failure = failureOf(() => call(deadline.signal), subject.secrets);
    await struck;
    deadline.abort(timeout());
    expect(await failure).toMatchObject({ errorClass: 'transient', notSent: true });
    nothingSent(subject);
  });

  clauses.clause('many calls at once share one sign-in', async () => {
    await using subject = await open();
    const { call } = await arrange(subject);
    await Promise.all(Array.from({ length: 20 }, () => call(patient)));
    expect(subject.line.count('sign-in')).toBe(1);
  });
}
