import { expect } from 'vitest';
import type { Clauses } from '../clauses.ts';
import { readClauses } from '../reads.ts';
import { patient } from '../setting.ts';
import type { OpenPlatform, PlatformSubject } from './driver.ts';
import { anOrder, noFields, someFields } from './sample.ts';

/** Both reads of an order: they differ in what they show only. */
export function readOrderClauses(clauses: Clauses, open: OpenPlatform, method: 'getOrder' | 'getStatus'): void {
  readClauses({
    clauses,
    open,
    arrange: async ({ platform, side }) => {
      const orderId = await side.place(anOrder({ type: 'ours', fields: someFields }));
      await platform.getStatus(orderId, patient);
      return { call: (signal) => platform[method](orderId, signal) };
    },
  });

  clauses.clause('an order that never was, or is of another project, is undefined', async () => {
    await using subject = await open();
    const { platform, side } = subject;
    await side.place(anOrder());
    for (const id of ['8f7e6d5c-0000-4000-8000-000000000404', 'a/../../b?c=d#e', 'ö'])
      expect(await platform[method](id, patient)).toBeUndefined();
  });

  clauses.clause('an order that was deleted is undefined', async () => {
    await using subject = await open();
    const { platform, side } = subject;
    const orderId = await side.place(anOrder());
    expect(await platform[method](orderId, patient)).toBeDefined();
    await side.delete(orderId);
    expect(await platform[method](orderId, patient)).toBeUndefined();
  });

  clauses.clause('what somebody else wrote is seen by the next read', async () => {
    await using subject = await open();
    const { platform, side } = subject;
    const orderId = await side.place(anOrder());
    const before = await platform[method](orderId, patient);
    await side.setShipmentState(orderId, 'Delayed');
    const after = await platform[method](orderId, patient);
    expect(after).toMatchObject({ version: (await side.read(orderId)).version, shipmentState: 'Delayed' });
    expect(after?.version).toBeGreaterThan(before?.version ?? 0);
  });

  if (method === 'getOrder') orderClauses(clauses, open);
  else statusClauses(clauses, open);
}

function orderClauses(clauses: Clauses, open: OpenPlatform): void {
  clauses.clause('shows the order at its version', async () => {
    await using subject = await open();
    const { platform, side } = subject;
    const orderId = await side.place(anOrder({ shipmentState: 'Pending' }));
    const order = await platform.getOrder(orderId, patient);
    expect(order).toMatchObject({
      id: orderId,
      version: (await side.read(orderId)).version,
      orderNumber: 'WEB-1001',
      customerEmail: 'augusta@example.org',
      orderState: 'Confirmed',
      shipmentState: 'Pending',
      shippingAddress: { city: 'Bad Musterstadt' },
      customTypeId: null,
      customFields: {},
    });
    expect(order?.lineItems.map(({ sku, quantity }) => ({ sku, quantity }))).toEqual(anOrder().lines);
  });
}

function statusClauses(clauses: Clauses, open: OpenPlatform): void {
  const read = async ({ platform, side }: PlatformSubject, order: Parameters<typeof anOrder>[0]) => {
    const orderId = await side.place(anOrder(order));
    const status = await platform.getStatus(orderId, patient);
    return { status, stored: await side.read(orderId) };
  };

  clauses.clause('shows version, state and our fields', async () => {
    await using subject = await open();
    const { status, stored } = await read(subject, { type: 'ours', fields: someFields, shipmentState: 'Ready' });
    expect(status).toMatchObject({ version: stored.version, shipmentState: 'Ready', gone: false, fields: someFields });
    expect(status?.customTypeId).toEqual(expect.any(String));
  });

  clauses.clause('shows null for what is not there', async () => {
    await using subject = await open();
    const { status, stored } = await read(subject, {});
    const nothing = { shipmentState: null, customTypeId: null, gone: false, fields: noFields };
    expect(status).toEqual({ version: stored.version, ...nothing, parts: expect.anything() });
  });

  clauses.clause('shows our fields in a Type of the shop', async () => {
    await using subject = await open();
    const { status } = await read(subject, { type: 'shared', fields: { pickJobId: 'pick-9' } });
    expect(status?.fields).toEqual({ ...noFields, pickJobId: 'pick-9' });
  });
}
