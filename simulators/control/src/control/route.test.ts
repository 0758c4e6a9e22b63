import { expect, test } from 'vitest';
import { createRouteMatcher, isRoutePattern, toRoute } from './route.ts';

test('routes of the server are shown with their parameters in braces', () => {
  expect(toRoute('/:projectKey/orders/:id')).toBe('/{projectKey}/orders/{id}');
  expect(toRoute('/:projectKey/orders/order-number=:orderNumber')).toBe(
    '/{projectKey}/orders/order-number={orderNumber}',
  );
  expect(toRoute('/v1/accounts::signInWithPassword')).toBe('/v1/accounts:signInWithPassword');
  expect(toRoute(undefined)).toBe('unknown');
});

const byId = { path: '/shop/orders/1', route: '/{projectKey}/orders/{id}' };
const byNumber = { path: '/shop/orders/order-number=7', route: '/{projectKey}/orders/order-number={orderNumber}' };
const search = { path: '/shop/orders/search', route: '/{projectKey}/orders/search' };
const unrouted = { path: '/shop/orders/1', route: 'unknown' };
const all = { byId, byNumber, search, unrouted };

test.for([
  ['/{projectKey}/orders/{id}', ['byId']],
  ['/{a}/orders/{b}', ['byId']],
  ['/:projectKey/orders/:id', ['byId']],
  ['/shop/orders/{id}', ['byId']],
  ['/other/orders/{id}', []],
  ['/{projectKey}/orders/order-number={n}', ['byNumber']],
  ['/{projectKey}/orders/order-number=:n', ['byNumber']],
  ['/{projectKey}/orders/search', ['search']],
  ['/shop/orders/1', ['byId', 'unrouted']],
  ['/shop/orders', []],
  ['/shop/orders/1/', []],
  ['/SHOP/orders/1', []],
  ['*', ['byId', 'byNumber', 'search', 'unrouted']],
  ['/shop/*', ['byId', 'byNumber', 'search', 'unrouted']],
  ['*/order-number=*', ['byNumber']],
  ['/{projectKey}/orders/s*', ['search']],
  ['/{projectKey}/*', ['byId', 'byNumber', 'search', 'unrouted']],
  ['/shop/o.ders/*', []],
  ['/shop/(orders)/*', []],
] as const)('%s matches %j', ([pattern, names]) => {
  const matches = createRouteMatcher(pattern);
  expect(Object.keys(all).filter((name) => matches(all[name as keyof typeof all]))).toEqual(names);
});

test.for(['', 'api/orders', 'http://127.0.0.1/api/orders', '/api/orders?size=1'])('"%s" is no pattern', (text) => {
  expect(isRoutePattern(text)).toBe(false);
});
