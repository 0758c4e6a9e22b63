import { expect } from 'vitest';
import type { Clauses } from '../clauses.ts';
import { failureOf } from '../failure.ts';
import { refusal } from '../line/faults.ts';
import { patient, permit } from '../setting.ts';
import { writeClauses } from '../writes.ts';
import type { OpenProvider, ProviderSubject } from './driver.ts';
import { placeOrder } from './placeOrder.ts';
import { aRequest, ORDER_ID, orderedLines, personal, PROJECT_KEY, TENANT_ORDER_ID } from './sample.ts';

export function placeClauses(clauses: Clauses, open: OpenProvider): void {
  writeClauses({ clauses, open, arrange: arrangePlacement });

  clauses.clause('creates one order and shows it as it is', async () => {
    await using subject = await open();
    const { provider, side } = subject;
    const placed = await placeOrder(provider, aRequest(), permit());
    expect(placed).toMatchObject({
      tenantOrderId: TENANT_ORDER_ID,
      status: 'OPEN',
      orderId: ORDER_ID,
      projectKey: PROJECT_KEY,
      collect: false,
    });
    expect(placed.lines.toSorted((a, b) => a.articleId.localeCompare(b.articleId))).toEqual(orderedLines);
    expect(await side.orders()).toEqual([
      expect.objectContaining({ providerOrderId: placed.providerOrderId, version: placed.version }),
    ]);
    expect(await provider.getOrder(placed.providerOrderId, patient)).toEqual(placed);
  });

  clauses.clause('an order that is held is accepted, and not open', async () => {
    await using subject = await open();
    const placed = await placeOrder(subject.provider, aRequest({ held: true }), permit());
    expect(placed).toMatchObject({ status: 'LOCKED', tenantOrderId: TENANT_ORDER_ID });
  });

  clauses.clause('an order to be collected says so', async () => {
    await using subject = await open();
    const { provider, facilityKey } = subject;
    const placed = await placeOrder(provider, aRequest({ delivery: { kind: 'collect', facilityKey } }), permit());
    expect(placed.collect).toBe(true);
  });

  clauses.clause('an order is mapped without a word to anybody', async () => {
    await using subject = await open();
    await subject.provider.mapOrder(aRequest(), patient);
    expect(subject.line.requests).toEqual([]);
  });

  clauses.clause('an order that cannot be mapped is refused, and nothing is sent', async () => {
    await using subject = await open();
    const { provider, line, secrets, unmappable } = subject;
    const error = await failureOf(() => provider.mapOrder(aRequest(unmappable), patient), [...secrets, ...personal]);
    expect(error).toMatchObject({ errorClass: 'permanent', notSent: true, stage: 'map' });
    expect(line.requests).toEqual([]);
  });

  clauses.clause('a tenantOrderId that a live order has is refused, and nothing is made', async () => {
    await using subject = await open();
    const { provider, side, secrets } = subject;
    await side.place({ tenantOrderId: TENANT_ORDER_ID, orderId: null, projectKey: null });
    const error = await failureOf(() => placeOrder(provider, aRequest(), permit()), [...secrets, ...personal]);
    expect(error).toMatchObject({ errorClass: 'permanent', notSent: false, stage: 'call' });
    expect(await side.orders()).toHaveLength(1);
  });

  for (const status of [400, 404, 409, 422]) {
    clauses.clause(`a refusal with ${status} is permanent, in the vendor's words`, async () => {
      await using subject = await open();
      const { line, secrets } = subject;
      const { call } = await arrangePlacement(subject);
      line.fail({ on: 'write', fault: refusal(status, 'The article sku-3 is not listed.') });
      const error = await failureOf(() => call(permit()), [...secrets, ...personal]);
      expect(error).toMatchObject({ errorClass: 'permanent', httpStatus: status });
      expect(error.message).toContain('The article sku-3 is not listed.');
    });
  }
}

async function arrangePlacement({ provider, side }: ProviderSubject) {
  await provider.prepare(patient);
  return {
    call: (leave: ReturnType<typeof permit>) => placeOrder(provider, aRequest(), leave),
    effects: async () => (await side.orders()).filter((order) => order.tenantOrderId === TENANT_ORDER_ID).length,
  };
}
