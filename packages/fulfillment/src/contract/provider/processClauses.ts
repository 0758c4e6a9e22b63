import { expect } from 'vitest';
import type { Clauses } from '../clauses.ts';
import { failureOf } from '../failure.ts';
import { refusal } from '../line/faults.ts';
import { readClauses } from '../reads.ts';
import { patient, permit } from '../setting.ts';
import { writeClauses } from '../writes.ts';
import type { OpenProvider, ProviderSubject } from './driver.ts';
import { placeOrder } from './placeOrder.ts';
import { aRequest } from './sample.ts';

/** A placed order and its process. */
async function placeWithProcess({ provider }: ProviderSubject) {
  const { providerOrderId, processId } = await placeOrder(provider, aRequest(), permit());
  if (processId === null) throw new Error('The provider names no process of the order.');
  return { providerOrderId, processId };
}

export function getProcessClauses(clauses: Clauses, open: OpenProvider): void {
  readClauses({
    clauses,
    open,
    arrange: async (subject) => {
      const { processId } = await placeWithProcess(subject);
      return { call: (signal) => subject.provider.getProcess(processId, signal) };
    },
  });

  clauses.clause('shows the process that a placed order names', async () => {
    await using subject = await open();
    const { processId } = await placeWithProcess(subject);
    const process = await subject.provider.getProcess(processId, patient);
    expect(process).toMatchObject({ processId, version: expect.any(Number), anonymized: false });
  });

  clauses.clause('a process that never was, or was deleted, is undefined', async () => {
    await using subject = await open();
    const { provider, side } = subject;
    const { providerOrderId, processId } = await placeWithProcess(subject);
    await side.delete(providerOrderId);
    for (const id of [processId, 'no-such-process', 'a/../../b?c=d#e'])
      expect(await provider.getProcess(id, patient)).toBeUndefined();
  });
}

const dayMs = 86_400_000;
/** Some hour of a day on which nothing else is due. */
const at = Date.UTC(2026, 1, 20, 13, 30);

export function anonymizeClauses(clauses: Clauses, open: OpenProvider): void {
  const arrange = async (subject: ProviderSubject) => {
    const { provider, side } = subject;
    const { processId } = await placeWithProcess(subject);
    const process = await provider.getProcess(processId, patient);
    if (process === undefined) throw new Error('The process of the order cannot be read.');
    return {
      process,
      call: (leave: ReturnType<typeof permit>) => provider.anonymizeProcess({ ...process, at }, leave),
      effects: async () => (isOnTheDay(await side.anonymizeAt(processId)) ? 1 : 0),
    };
  };

  writeClauses({ clauses, open, arrange });

  clauses.clause('shows the process after it, with the day', async () => {
    await using subject = await open();
    const { process, call } = await arrange(subject);
    const changed = await call(permit());
    expect(changed.version).toBeGreaterThan(process.version);
    expect(isOnTheDay(changed.anonymizeAt)).toBe(true);
    expect(await subject.provider.getProcess(process.processId, patient)).toEqual(changed);
  });

  clauses.clause('an old version is a conflict: one try, nothing is done', async () => {
    await using subject = await open();
    const { line, provider, secrets } = subject;
    const { process, effects } = await arrange(subject);
    const old = { ...process, version: process.version - 1, at };
    line.forget();
    const error = await failureOf(() => provider.anonymizeProcess(old, permit()), secrets);
    expect(error).toMatchObject({ errorClass: 'conflict', httpStatus: 409 });
    expect([line.count('write'), await effects()]).toEqual([1, 0]);
  });

  for (const status of [400, 404, 422]) {
    clauses.clause(`a refusal with ${status} is permanent, in the vendor's words`, async () => {
      await using subject = await open();
      const { call } = await arrange(subject);
      subject.line.fail({ on: 'write', fault: refusal(status, 'There is no such action.') });
      const error = await failureOf(() => call(permit()), subject.secrets);
      expect(error).toMatchObject({ errorClass: 'permanent', httpStatus: status });
      expect(error.message).toContain('There is no such action.');
    });
  }
}

const isOnTheDay = (instant: number | null): boolean =>
  instant !== null && Math.floor(instant / dayMs) === Math.floor(at / dayMs);
