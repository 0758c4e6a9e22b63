import { expect } from 'vitest';
import type { Clauses } from './clauses.ts';
import { failureOf } from './failure.ts';
import {
  answeredWith,
  endless,
  forbidden,
  throttling,
  unauthorized,
  unavailable,
  uncertain,
  waitMs,
} from './line/faults.ts';
import { type ArrangedWrite, patient, permit, type Setting, timeout, withdrawn } from './setting.ts';

interface WriteClauses<Subject> {
  readonly clauses: Clauses;
  readonly open: (options?: { readonly connections?: number }) => Promise<Subject>;
  readonly arrange: (subject: Subject) => Promise<ArrangedWrite>;
}

/** What holds for every write: how it fails, that it is made once, and that it needs a permit. */
export function writeClauses<Subject extends Setting>(given: WriteClauses<Subject>): void {
  uncertainWrites(given);
  refusedWrites(given);
  endedWrites(given);
  permits(given);
}

function uncertainWrites<Subject extends Setting>({ clauses, open, arrange }: WriteClauses<Subject>): void {
  for (const [title, fault] of Object.entries(uncertain)) {
    clauses.clause(`${title} leaves the outcome unknown, and nothing is repeated`, async () => {
      await using subject = await open();
      const { line, secrets } = subject;
      const { call, effects } = await arrange(subject);
      line.forget();
      line.fail({ on: 'write', fault });
      const error = await failureOf(() => call(permit()), secrets);
      expect(error).toMatchObject({ errorClass: 'unknown-outcome', notSent: false });
      expect(line.count('write')).toBe(1);
      expect(await effects()).toBe(fault.effect ? 1 : 0);
    });
  }

  clauses.clause('a 503 that says when is never taken for certain, and its time is passed on', async () => {
    await using subject = await open();
    const { line, secrets } = subject;
    const { call } = await arrange(subject);
    line.forget();
    line.fail({ on: 'write', fault: unavailable });
    const error = await failureOf(() => call(permit()), secrets);
    expect(error).toMatchObject({ notSent: false, retryAfterMs: waitMs(unavailable) });
    expect(['unknown-outcome', 'throttled']).toContain(error.errorClass);
    expect(line.count('write')).toBe(1);
  });

  for (const status of [200, 202]) {
    clauses.clause(`is done with a ${status}`, async () => {
      await using subject = await open();
      const { call, effects } = await arrange(subject);
      subject.line.fail({ on: 'write', fault: answeredWith(status) });
      await call(permit());
      expect(await effects()).toBe(1);
    });
  }
}

function refusedWrites<Subject extends Setting>({ clauses, open, arrange }: WriteClauses<Subject>): void {
  clauses.clause('a refused connection is certain: nothing was sent', async () => {
    await using subject = await open();
    const { call, effects } = await arrange(subject);
    await subject.line.down();
    const error = await failureOf(() => call(permit()), subject.secrets);
    expect(error).toMatchObject({ errorClass: 'transient', notSent: true });
    expect(await effects()).toBe(0);
  });

  for (const [title, fault] of Object.entries(throttling)) {
    clauses.clause(`${title} is throttled, and nothing was done`, async () => {
      await using subject = await open();
      const { line, secrets } = subject;
      const { call, effects } = await arrange(subject);
      line.forget();
      line.fail({ on: 'write', fault });
      const error = await failureOf(() => call(permit()), secrets);
      expect(error).toMatchObject({ errorClass: 'throttled', notSent: true, httpStatus: 429 });
      expect(error.retryAfterMs).toBe(waitMs(fault));
      expect([line.count('write'), await effects()]).toEqual([1, 0]);
    });
  }

  clauses.clause('a token that is no longer good is replaced, and the write made once', async () => {
    await using subject = await open();
    const { line } = subject;
    const { call, effects } = await arrange(subject);
    line.forget();
    line.fail({ on: 'write', fault: unauthorized });
    await call(permit());
    expect([line.count('sign-in'), line.count('write'), await effects()]).toEqual([1, 2, 1]);
  });

  clauses.clause('a new token that is refused too is a matter of authorization, and nothing was done', async () => {
    await using subject = await open();
    const { line, secrets } = subject;
    const { call, effects } = await arrange(subject);
    line.forget();
    line.fail({ on: 'write', fault: unauthorized, times: 100 });
    const error = await failureOf(() => call(permit()), secrets);
    expect(error).toMatchObject({ errorClass: 'auth', notSent: true, httpStatus: 401 });
    expect([line.count('write'), await effects()]).toEqual([2, 0]);
  });

  clauses.clause('a missing permission is named, and nothing was done', async () => {
    await using subject = await open();
    const { line, secrets } = subject;
    const { call, effects } = await arrange(subject);
    line.forget();
    line.fail({ on: 'write', fault: forbidden, times: 100 });
    const error = await failureOf(() => call(permit()), secrets);
    expect(error).toMatchObject({ errorClass: 'auth', notSent: true, httpStatus: 403 });
    expect(error.message).toContain('The permission ORDER_ANY is missing');
    expect([line.count('write'), await effects()]).toEqual([1, 0]);
  });
}

function endedWrites<Subject extends Setting>({ clauses, open, arrange }: WriteClauses<Subject>): void {
  for (const [title, fault] of Object.entries(endless)) {
    clauses.clause(`${title}: ends with its deadline, the outcome unknown`, async () => {
      await using subject = await open();
      const { call, effects } = await arrange(subject);
      const { struck } = subject.line.fail({ on: 'write', fault });
      const deadline = new AbortController();
      const failure = failureOf(() => call(permit(deadline.signal)), subject.secrets);
      await struck;
      deadline.abort(timeout());
      expect(await failure).toMatchObject({ errorClass: 'unknown-outcome', notSent: false });
      expect(await effects()).toBe(1);
    });
  }

  clauses.clause('a deadline that passes while it waits for a connection ends it, and nothing is sent', async () => {
    await using subject = await open({ connections: 1 });
    const { line, secrets } = subject;
    const { call, effects } = await arrange(subject);
    const { struck } = line.fail({ on: 'write', fault: { effect: false, then: 'silence' } });
    const first = new AbortController();
    const blocking = failureOf(() => call(permit(first.signal)), secrets);
    await struck;
    line.forget();
    const second = new AbortController();
    const waiting = failureOf(() => call(permit(second.signal)), secrets);
    await new Promise((resolve) => setImmediate(resolve));
    second.abort(timeout());
    expect(['unknown-outcome', 'transient']).toContain((await waiting).errorClass);
    first.abort(timeout());
    await blocking;
    // Whoever waited behind it comes after it: by now it would have been sent.
    await call(permit());
    expect([line.count('write'), await effects()]).toEqual([1, 1]);
  });

  clauses.clause('a permit that no longer holds once the connection is there sends nothing, for certain', async () => {
    await using subject = await open({ connections: 1 });
    const { line, secrets } = subject;
    const { call, effects } = await arrange(subject);
    const { struck } = line.fail({ on: 'write', fault: { effect: false, then: 'silence' } });
    const first = new AbortController();
    const blocking = failureOf(() => call(permit(first.signal)), secrets);
    await struck;
    line.forget();
    let holds = true;
    const waiting = failureOf(() => call(permit(new AbortController().signal, () => holds)), secrets);
    await new Promise((resolve) => setImmediate(resolve));
    holds = false;
    first.abort(timeout());
    await blocking;
    expect(await waiting).toMatchObject({ errorClass: 'transient', code: 'permit-withdrawn', notSent: true });
    await call(permit());
    expect([line.count('write'), await effects()]).toEqual([1, 1]);
  });
}

function permits<Subject extends Setting>({ clauses, open, arrange }: WriteClauses<Subject>): void {
  const refused = { errorClass: 'transient', code: 'permit-refused', notSent: true };

  clauses.clause('a permit is good once', async () => {
    await using subject = await open();
    const { call, effects } = await arrange(subject);
    const once = permit();
    await call(once);
    subject.line.forget();
    expect(await failureOf(() => call(once), subject.secrets)).toMatchObject(refused);
    expect([subject.line.requests.length, await effects()]).toEqual([0, 1]);
  });

  clauses.clause('a permit is used up by a call that fails', async () => {
    await using subject = await open();
    const { call, effects } = await arrange(subject);
    const once = permit();
    subject.line.fail({ on: 'write', fault: { effect: false, then: 'reset' } });
    await failureOf(() => call(once), subject.secrets);
    subject.line.forget();
    expect(await failureOf(() => call(once), subject.secrets)).toMatchObject(refused);
    expect([subject.line.requests.length, await effects()]).toEqual([0, 0]);
  });

  clauses.clause('a permit that was not issued, or has run out, sends nothing', async () => {
    await using subject = await open();
    const { call, effects } = await arrange(subject);
    subject.line.forget();
    const foreign = { effect: 'contract', signal: patient };
    expect(await failureOf(() => call(foreign), subject.secrets)).toMatchObject(refused);
    for (const old of [permit(AbortSignal.abort(timeout())), withdrawn()])
      expect(await failureOf(() => call(old), subject.secrets)).toMatchObject({ ...refused, code: 'permit-withdrawn' });
    expect([subject.line.requests.length, await effects()]).toEqual([0, 0]);
  });
}
