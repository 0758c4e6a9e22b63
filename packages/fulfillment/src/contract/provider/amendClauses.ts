import { expect } from 'vitest';
import type { OrderContent } from '../../ports.ts';
import type { Clauses } from '../clauses.ts';
import { failureOf } from '../failure.ts';
import { refusal } from '../line/faults.ts';
import { readClauses } from '../reads.ts';
import { patient, permit } from '../setting.ts';
import { writeClauses } from '../writes.ts';
import type { OpenProvider, ProviderSubject } from './driver.ts';
import { placeOrder } from './placeOrder.ts';
import { aRequest, personal } from './sample.ts';

const NEW_CITY = 'Aachen';

/** The sample order, for the comparison; `city` is where it is to be sent to. */
function content(city: string | null, over: Partial<OrderContent> = {}): OrderContent {
  const { shippingAddress, billingAddress, customerId, customerEmail, lines } = aRequest();
  if (!shippingAddress) throw new Error('The sample order has no address.');
  const moved = city === null ? shippingAddress : { ...shippingAddress, city };
  return { collect: false, shippingAddress: moved, billingAddress, customerId, customerEmail, lines, ...over };
}

const place = ({ provider }: ProviderSubject) => placeOrder(provider, aRequest(), permit());

async function compare(
  { provider }: ProviderSubject,
  providerOrderId: string,
  now: OrderContent,
  part: 'address' | 'lines' = 'address',
) {
  const comparison = await provider.compareOrder({ providerOrderId, part, content: now }, patient);
  if (!comparison) throw new Error(`Order ${providerOrderId} cannot be compared.`);
  return comparison;
}

export function compareClauses(clauses: Clauses, open: OpenProvider): void {
  readClauses({
    clauses,
    open,
    arrange: async (subject) => {
      const { providerOrderId } = await place(subject);
      const asked = { providerOrderId, part: 'address', content: content(NEW_CITY) } as const;
      return { call: (signal) => subject.provider.compareOrder(asked, signal) };
    },
  });

  clauses.clause('shows the order, and that it is as it was placed', async () => {
    await using subject = await open();
    const placed = await place(subject);
    for (const part of ['address', 'lines'] as const)
      expect(await compare(subject, placed.providerOrderId, content(null), part)).toMatchObject({
        ...placed,
        isShown: true,
      });
    expect(subject.line.count('write')).toBe(1);
  });

  clauses.clause('sees every part of the addresses', async () => {
    await using subject = await open();
    const { providerOrderId } = await place(subject);
    const { shippingAddress } = content(null);
    if (!shippingAddress) throw new Error('The sample order has no address.');
    const changes: Partial<OrderContent>[] = [
      { shippingAddress: { ...shippingAddress, city: NEW_CITY } },
      { shippingAddress: { ...shippingAddress, houseNumber: '6' } },
      { shippingAddress: { ...shippingAddress, lastName: 'King' } },
      { shippingAddress: { ...shippingAddress, mobile: null } },
      { shippingAddress: { ...shippingAddress, additionalAddressInfo: 'Backyard' } },
      { billingAddress: shippingAddress },
      { customerId: 'customer-8' },
    ];
    for (const change of changes)
      expect(await compare(subject, providerOrderId, content(null, change)), JSON.stringify(change)).toMatchObject({
        isShown: false,
      });
  });

  clauses.clause('an order that never was, or was deleted, is undefined', async () => {
    await using subject = await open();
    const { providerOrderId } = await place(subject);
    await subject.side.delete(providerOrderId);
    const asked = { part: 'address', content: content(NEW_CITY) } as const;
    for (const id of [providerOrderId, 'no-such-order'])
      expect(await subject.provider.compareOrder({ providerOrderId: id, ...asked }, patient)).toBeUndefined();
  });

  clauses.clause('an address that cannot be mapped is permanent, and nobody is named', async () => {
    await using subject = await open();
    const { providerOrderId } = await place(subject);
    const asked = { providerOrderId, part: 'address', content: content(null, { shippingAddress: null }) } as const;
    const error = await failureOf(() => subject.provider.compareOrder(asked, patient), [...personal]);
    expect(error).toMatchObject({ errorClass: 'permanent', stage: 'map' });
  });

  clauses.clause('lines that are new cannot be amended: permanent', async () => {
    await using subject = await open();
    const { providerOrderId } = await place(subject);
    const { lines } = content(null);
    const [line] = lines;
    if (!line) throw new Error('The sample order has no lines.');
    for (const changed of [[...lines, { ...line, id: 'l9', sku: 'sku-9' }], []]) {
      const asked = { providerOrderId, part: 'lines', content: content(null, { lines: changed }) } as const;
      const error = await failureOf(() => subject.provider.compareOrder(asked, patient));
      expect(error).toMatchObject({ errorClass: 'permanent', stage: 'map' });
    }
  });
}

export function amendClauses(clauses: Clauses, open: OpenProvider): void {
  const arrange = async (subject: ProviderSubject) => {
    const { providerOrderId } = await place(subject);
    const comparison = await compare(subject, providerOrderId, content(NEW_CITY));
    return {
      providerOrderId,
      comparison,
      call: (leave: ReturnType<typeof permit>) => subject.provider.amendOrder(comparison, leave),
      effects: async () => ((await subject.side.cities(providerOrderId)).includes(NEW_CITY) ? 1 : 0),
    };
  };

  writeClauses({ clauses, open, arrange });

  clauses.clause('shows the order after it, and then there is nothing to change any more', async () => {
    await using subject = await open();
    const { providerOrderId, comparison, call } = await arrange(subject);
    expect(comparison.isShown).toBe(false);
    const changed = await call(permit());
    expect(changed).toMatchObject({ providerOrderId, status: 'OPEN', lines: comparison.lines });
    expect(changed.version).toBeGreaterThan(comparison.version);
    expect(await subject.provider.getOrder(providerOrderId, patient)).toEqual(changed);
    expect(await subject.side.cities(providerOrderId)).toEqual([NEW_CITY]);
    expect(await compare(subject, providerOrderId, content(NEW_CITY))).toMatchObject({ isShown: true });
  });

  clauses.clause('changes a held order, which stays held', async () => {
    await using subject = await open();
    const placed = await placeOrder(subject.provider, aRequest({ held: true }), permit());
    const comparison = await compare(subject, placed.providerOrderId, content(NEW_CITY));
    expect(await subject.provider.amendOrder(comparison, permit())).toMatchObject({ status: 'LOCKED' });
    expect(await subject.side.cities(placed.providerOrderId)).toEqual([NEW_CITY]);
  });

  clauses.clause('adds and takes away an invoice address', async () => {
    await using subject = await open();
    const { providerOrderId } = await place(subject);
    const { shippingAddress } = content(NEW_CITY);
    for (const billingAddress of [shippingAddress, null]) {
      const now = content(null, { billingAddress });
      await subject.provider.amendOrder(await compare(subject, providerOrderId, now), permit());
      expect(await compare(subject, providerOrderId, now)).toMatchObject({ isShown: true });
    }
    expect(await subject.side.cities(providerOrderId)).not.toContain(NEW_CITY);
  });

  clauses.clause('changes quantities, and takes lines away', async () => {
    await using subject = await open();
    const { providerOrderId } = await place(subject);
    const lines = content(null)
      .lines.filter(({ sku }) => sku !== 'sku-2')
      .map((line) => (line.id === 'l3' ? { ...line, quantity: 4 } : line));
    const now = content(null, { lines });
    const comparison = await compare(subject, providerOrderId, now, 'lines');
    expect(comparison.isShown).toBe(false);
    const changed = await subject.provider.amendOrder(comparison, permit());
    expect(await subject.side.pieces(providerOrderId)).toEqual({ 'sku-1': 3, 'sku-3': 4 });
    expect(changed.lines).toEqual([
      { articleId: 'sku-1', quantity: 3 },
      { articleId: 'sku-3', quantity: 4 },
    ]);
    expect(await compare(subject, providerOrderId, now, 'lines')).toMatchObject({ isShown: true });
  });

  clauses.clause('an old version is a conflict: one try, nothing is done; a new comparison then does it', async () => {
    await using subject = await open();
    const { provider, side, line, secrets } = subject;
    const { providerOrderId, call, effects } = await arrange(subject);
    await side.touch(providerOrderId);
    line.forget();
    const error = await failureOf(() => call(permit()), [...secrets, ...personal]);
    expect(error).toMatchObject({ errorClass: 'conflict', httpStatus: 409 });
    expect([line.count('write'), await effects()]).toEqual([1, 0]);
    await provider.amendOrder(await compare(subject, providerOrderId, content(NEW_CITY)), permit());
    expect(await effects()).toBe(1);
  });

  clauses.clause('a change that comes in between is a conflict', async () => {
    await using subject = await open();
    const { providerOrderId, call, effects } = await arrange(subject);
    subject.line.before('write', () => subject.side.touch(providerOrderId));
    expect(await failureOf(() => call(permit()), subject.secrets)).toMatchObject({ errorClass: 'conflict' });
    expect(await effects()).toBe(0);
  });

  clauses.clause('an order whose goods were handed over takes no address any more: permanent', async () => {
    await using subject = await open();
    const { providerOrderId } = await place(subject);
    await subject.side.handOver(providerOrderId);
    const comparison = await compare(subject, providerOrderId, content(NEW_CITY));
    const error = await failureOf(
      () => subject.provider.amendOrder(comparison, permit()),
      [...subject.secrets, ...personal],
    );
    expect(error).toMatchObject({ errorClass: 'permanent', stage: 'call' });
    expect(await subject.side.cities(providerOrderId)).not.toContain(NEW_CITY);
  });

  clauses.clause('an order that was cancelled takes no address any more: permanent', async () => {
    await using subject = await open();
    const { providerOrderId } = await place(subject);
    await subject.side.cancel(providerOrderId);
    const comparison = await compare(subject, providerOrderId, content(NEW_CITY));
    expect(await failureOf(() => subject.provider.amendOrder(comparison, permit()))).toMatchObject({
      errorClass: 'permanent',
    });
  });

  clauses.clause('an order that was deleted is gone', async () => {
    await using subject = await open();
    const { providerOrderId, call } = await arrange(subject);
    await subject.side.delete(providerOrderId);
    expect(await failureOf(() => call(permit()), subject.secrets)).toMatchObject({ errorClass: 'gone' });
  });

  for (const status of [400, 422]) {
    clauses.clause(`a refusal with ${status} is permanent, in the vendor's words`, async () => {
      await using subject = await open();
      const { call } = await arrange(subject);
      subject.line.fail({ on: 'write', fault: refusal(status, 'The label is printed.') });
      const error = await failureOf(() => call(permit()), [...subject.secrets, ...personal]);
      expect(error).toMatchObject({ errorClass: 'permanent', httpStatus: status });
      expect(error.message).toContain('The label is printed.');
    });
  }
}
