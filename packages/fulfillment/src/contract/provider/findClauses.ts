import { expect } from 'vitest';
import type { PlacedOrder } from '../../ports.ts';
import type { Clauses } from '../clauses.ts';
import { readClauses } from '../reads.ts';
import { patient, permit } from '../setting.ts';
import type { OpenProvider, ProviderSubject } from './driver.ts';
import { placeOrder } from './placeOrder.ts';
import { aRequest, ORDER_ID, PROJECT_KEY, TENANT_ORDER_ID } from './sample.ts';

const theirs = { tenantOrderId: TENANT_ORDER_ID, orderId: null, projectKey: null };

/** What findOrders shows of each, in the order of the ids. */
async function find({ provider }: ProviderSubject, tenantOrderId = TENANT_ORDER_ID) {
  const found = await provider.findOrders(tenantOrderId, patient);
  return found.toSorted((a, b) => a.providerOrderId.localeCompare(b.providerOrderId));
}

const byId = (...orders: readonly (Partial<PlacedOrder> & Pick<PlacedOrder, 'providerOrderId'>)[]) =>
  orders
    .toSorted((a, b) => a.providerOrderId.localeCompare(b.providerOrderId))
    .map((each) => expect.objectContaining(each));

export function findClauses(clauses: Clauses, open: OpenProvider): void {
  readClauses({
    clauses,
    open,
    arrange: async ({ provider, side }) => {
      await placeOrder(provider, aRequest(), permit());
      await side.settle();
      return { call: (signal) => provider.findOrders(TENANT_ORDER_ID, signal) };
    },
  });

  clauses.clause('finds nothing where nothing is', async () => {
    await using subject = await open();
    await subject.side.place({ ...theirs, tenantOrderId: `${TENANT_ORDER_ID}0` });
    await subject.side.settle();
    expect(await find(subject)).toEqual([]);
  });

  clauses.clause('finds orders in any status, ours and others', async () => {
    await using subject = await open();
    const { provider, side } = subject;
    const cancelled = await side.place(theirs);
    await side.cancel(cancelled);
    const ours = await placeOrder(provider, aRequest({ held: true }), permit());
    await side.settle();
    expect(await find(subject)).toEqual(
      byId(
        { providerOrderId: cancelled, status: 'CANCELLED' },
        { providerOrderId: ours.providerOrderId, status: 'LOCKED' },
      ),
    );
  });

  clauses.clause('shows whose order it is, so that it can be adopted', async () => {
    await using subject = await open();
    const { provider, side } = subject;
    const nobodys = await side.place(theirs);
    await side.cancel(nobodys);
    const placed = await side.place({ ...theirs, orderId: ORDER_ID, projectKey: PROJECT_KEY });
    await side.settle();
    const found = await find(subject);
    expect(found).toEqual(
      byId(
        { providerOrderId: nobodys, orderId: null, projectKey: null },
        { providerOrderId: placed, orderId: ORDER_ID, projectKey: PROJECT_KEY, tenantOrderId: TENANT_ORDER_ID },
      ),
    );
    expect(found.find((order) => order.providerOrderId === placed)).toEqual(await provider.getOrder(placed, patient));
  });

  clauses.clause('may miss what was just placed, and finds it later', async () => {
    await using subject = await open();
    const { provider, side } = subject;
    await side.freezeIndexes();
    const { providerOrderId } = await placeOrder(provider, aRequest(), permit());
    expect([[], [providerOrderId]]).toContainEqual((await find(subject)).map((order) => order.providerOrderId));
    await side.settle();
    expect(await find(subject)).toEqual(byId({ providerOrderId }));
  });

  clauses.clause('reads each by id: a list that lags shows neither an old status nor a deleted order', async () => {
    await using subject = await open();
    const { side } = subject;
    const deleted = await side.place(theirs);
    await side.cancel(deleted);
    const cancelled = await side.place(theirs);
    await side.settle();
    await side.freezeIndexes();
    await side.delete(deleted);
    await side.cancel(cancelled);
    expect(await find(subject)).toEqual(byId({ providerOrderId: cancelled, status: 'CANCELLED' }));
  });

  for (const tenantOrderId of ['A&size=1', '100%', 'a b+c', 'ä/ö?#', '"; drop', '*']) {
    clauses.clause(`finds exactly the tenantOrderId ${tenantOrderId}`, async () => {
      await using subject = await open();
      const { provider, side } = subject;
      await side.place({ ...theirs, tenantOrderId: 'A' });
      const { providerOrderId } = await placeOrder(provider, aRequest({ tenantOrderId }), permit());
      await side.settle();
      expect(await find(subject, tenantOrderId)).toEqual(byId({ providerOrderId, tenantOrderId }));
    });
  }
}
