import { describe, expect, test } from 'vitest';
import type { OrderContent } from '@pipeline/fulfillment';
import { fulfillmentRequest } from '../testing/samples.ts';
import { toAmendment } from './amendment.ts';
import { defaultMappingConfig } from './mappingConfig.ts';
import { toOrderForCreation } from './toOrderForCreation.ts';

const request = fulfillmentRequest();
const content = (over: Partial<OrderContent> = {}): OrderContent => ({ ...request, collect: false, ...over });
const shown = toOrderForCreation(request) as unknown as {
  consumer: { addresses: Record<string, unknown>[] };
  orderLineItems: Record<string, unknown>[];
};
/** As the vendor shows it: lines have ids. */
const order = (over: object = {}) => ({
  ...shown,
  orderLineItems: shown.orderLineItems.map((line, at) => ({ ...line, id: `fft-line-${at}` })),
  ...over,
});
const amend = (answer: unknown, over: Partial<OrderContent> = {}, part: 'address' | 'lines' = 'address') =>
  toAmendment(answer, { part, content: content(over) }, defaultMappingConfig);

describe('the consumer of an order', () => {
  test('that was made of the same request is shown', () => {
    expect(amend(order()).isShown).toBe(true);
    expect(amend(order(), {}, 'lines').isShown).toBe(true);
  });

  test('may have what the vendor adds, in any order', () => {
    const addresses = shown.consumer.addresses
      .map((address) => ({ ...address, coordinates: { lat: 1, lon: 2 }, customAttributes: {} }))
      .reverse();
    const consumer = { ...shown.consumer, addresses, customAttributes: { vip: true } };
    expect(amend(order({ consumer })).isShown).toBe(true);
  });

  test('whose address has no type has the postal one', () => {
    const addresses = shown.consumer.addresses.map(({ addressType, ...address }) =>
      addressType === 'POSTAL_ADDRESS' ? address : { ...address, addressType },
    );
    expect(amend(order({ consumer: { ...shown.consumer, addresses } })).isShown).toBe(true);
  });

  test('that has an address more, less, or none at all is not shown, and is replaced as a whole', () => {
    const { addresses } = shown.consumer;
    for (const consumer of [{ ...shown.consumer, addresses: [...addresses, addresses[0]] }, {}, undefined])
      expect(amend(order({ consumer }))).toEqual({ isShown: false, change: { consumer: shown.consumer } });
  });

  test('without whom an address is complete is refused only where goods are sent', () => {
    const shippingAddress = { ...(request.shippingAddress ?? expect.unreachable()), street: null };
    expect(() => amend(order(), { shippingAddress })).toThrow('shippingAddress.street');
    expect(amend(order(), { shippingAddress, collect: true }).isShown).toBe(false);
  });

  test('is never in the message of an error', () => {
    const shippingAddress = { ...(request.shippingAddress ?? expect.unreachable()), postalCode: null };
    expect(() => amend(order(), { shippingAddress })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(request.shippingAddress?.lastName ?? '!') }),
    );
  });
});

describe('the lines of an order', () => {
  const [line = expect.unreachable()] = request.lines;

  test('are found by our line ids, else by their articles', () => {
    const lines = request.lines.map((each) => (each === line ? { ...each, quantity: 9 } : each));
    const bare = order().orderLineItems.map((each) => ({ ...each, customAttributes: {} }));
    for (const answer of [order(), order({ orderLineItems: bare })]) {
      const { isShown, change } = amend(answer, { lines }, 'lines');
      expect(isShown).toBe(false);
      expect(change).toMatchObject({
        orderLineItems: lines.map(({ quantity }, at) => ({ id: `fft-line-${at}`, quantity })),
      });
    }
  });

  test('that are new, or all gone, are refused', () => {
    const lines = [...request.lines, { ...line, id: 'new', sku: 'sku-new' }];
    expect(() => amend(order(), { lines }, 'lines')).toThrow(expect.objectContaining({ code: 'amend-new-lines' }));
    expect(() => amend(order(), { lines: [] }, 'lines')).toThrow(expect.objectContaining({ code: 'amend-no-lines' }));
  });
});
