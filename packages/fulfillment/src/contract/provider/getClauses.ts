import { expect } from 'vitest';
import type { Clauses } from '../clauses.ts';
import { readClauses } from '../reads.ts';
import { patient, permit } from '../setting.ts';
import type { OpenProvider } from './driver.ts';
import { placeOrder } from './placeOrder.ts';
import { aRequest } from './sample.ts';

export function getClauses(clauses: Clauses, open: OpenProvider): void {
  readClauses({
    clauses,
    open,
    arrange: async ({ provider }) => {
      const { providerOrderId } = await placeOrder(provider, aRequest(), permit());
      return { call: (signal) => provider.getOrder(providerOrderId, signal) };
    },
  });

  clauses.clause('an order that never was is undefined', async () => {
    await using subject = await open();
    for (const id of ['no-such-order', 'a/../../b?c=d#e', '%', 'ö'])
      expect(await subject.provider.getOrder(id, patient)).toBeUndefined();
  });

  clauses.clause('an order that was deleted is undefined', async () => {
    await using subject = await open();
    const { provider, side } = subject;
    const { providerOrderId } = await placeOrder(provider, aRequest(), permit());
    await side.delete(providerOrderId);
    expect(await provider.getOrder(providerOrderId, patient)).toBeUndefined();
  });

  clauses.clause('a write is seen by the next read, whatever lists show', async () => {
    await using subject = await open();
    const { provider, side } = subject;
    await side.freezeIndexes();
    const { providerOrderId, version } = await placeOrder(provider, aRequest(), permit());
    expect(await provider.getOrder(providerOrderId, patient)).toMatchObject({ status: 'OPEN', version });
    await side.touch(providerOrderId);
    const touched = await provider.getOrder(providerOrderId, patient);
    expect(touched?.version).toBeGreaterThan(version);
    await side.cancel(providerOrderId);
    expect(await provider.getOrder(providerOrderId, patient)).toMatchObject({ status: 'CANCELLED' });
  });
}
