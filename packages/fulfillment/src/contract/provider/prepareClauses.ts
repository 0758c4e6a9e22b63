import { expect } from 'vitest';
import type { Clauses } from '../clauses.ts';
import { signInClauses } from '../signIns.ts';
import { patient, permit } from '../setting.ts';
import type { OpenProvider } from './driver.ts';
import { placeOrder } from './placeOrder.ts';
import { aRequest } from './sample.ts';

export function prepareClauses(clauses: Clauses, open: OpenProvider): void {
  signInClauses({ clauses, open, arrange: async ({ provider }) => ({ call: (signal) => provider.prepare(signal) }) });

  clauses.clause('changes nothing, and the write that follows need not sign in', async () => {
    await using subject = await open();
    const { provider, line, side } = subject;
    await provider.prepare(patient);
    expect([line.count('write'), await side.orders()]).toEqual([0, []]);
    line.forget();
    await placeOrder(provider, aRequest(), permit());
    expect(line.requests.map(({ kind }) => kind)).toEqual(['write']);
  });

  clauses.clause('once signed in it asks for nothing more', async () => {
    await using subject = await open();
    const { provider, line } = subject;
    await provider.prepare(patient);
    await provider.prepare(patient);
    expect(line.count('sign-in')).toBe(1);
  });
}
