import { ORDER_ID, PROCESS_ID } from '@pipeline/fulfillment/testkit';
import type { Correlation } from '@pipeline/provider-fulfillmenttools';
import type { OrderLink } from '@pipeline/schemas';
import { expect, test } from 'vitest';
import { correlate } from './correlate.ts';
import { createLinks } from './links.ts';
import { aLink } from './testing/normaliser.ts';

const nothing: Correlation = {
  commerceOrderId: null,
  projectKey: null,
  processId: PROCESS_ID,
  tenantOrderId: '4711',
  providerOrderId: null,
  pickJobRef: null,
  itemReturnJobRef: null,
};

const resolve = (correlation: Partial<Correlation>, links: Record<string, OrderLink> = {}, byTenantOrderId = false) =>
  correlate({
    correlation: { ...nothing, ...correlation },
    projectKey: 'shop',
    linkOf: (key) => links[key],
    byTenantOrderId,
  });
const ours = { resolved: 'ours', orderId: ORDER_ID, processId: PROCESS_ID };

test('the entity’s own attribute comes before any link', () => {
  const links = { [PROCESS_ID]: aLink({ orderId: 'another' }) };
  expect(resolve({ commerceOrderId: ORDER_ID, projectKey: 'shop' }, links)).toEqual(ours);
  expect(resolve({ commerceOrderId: ORDER_ID, projectKey: null })).toEqual(ours);
  expect(resolve({ commerceOrderId: ORDER_ID, projectKey: 'other' }, links)).toEqual({ resolved: 'foreign' });
});

test('a link tells by its process, and knows the process that the entity does not name', () => {
  expect(resolve({}, { [PROCESS_ID]: aLink() })).toEqual(ours);
  expect(resolve({ processId: null }, { '4711': aLink() }, true)).toEqual(ours);
  expect(resolve({}, { [PROCESS_ID]: aLink({ orderId: null }) })).toEqual({ resolved: 'foreign' });
  expect(resolve({}, { [PROCESS_ID]: aLink({ projectKey: 'other' }) })).toEqual({ resolved: 'foreign' });
  expect(resolve({})).toEqual({ resolved: 'not-yet' });
});

test('a tenantOrderId tells only where that is switched on, then also against "not ours" by the process', () => {
  const links = { '4711': aLink(), [PROCESS_ID]: aLink({ orderId: null }) };
  expect(resolve({ processId: null }, links)).toEqual({ resolved: 'not-yet' });
  expect(resolve({}, links, true)).toEqual(ours);
});

test('a link is replaced by a newer order, removed by a tombstone, and never replaced by "not ours"', () => {
  const links = createLinks();
  links.put('p', aLink({ orderId: null }));
  expect(links.get('p')?.orderId).toBeNull();
  links.put('p', aLink());
  links.put('p', aLink({ orderId: null }));
  expect(links.get('p')?.orderId).toBe(ORDER_ID);
  links.put('p', aLink({ orderId: 'newer' }));
  expect([links.get('p')?.orderId, links.size]).toEqual(['newer', 1]);
  links.put('p', null);
  expect([links.get('p'), links.size]).toEqual([undefined, 0]);
});
