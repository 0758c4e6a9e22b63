import { expect, it } from 'vitest';
import { articleIdOf, toOrderedLines } from './article.ts';

it.each([
  ['sku-1', 'sku-1'],
  [' sku 1 ', ' sku 1 '],
  [null, 'product-1'],
  ['', 'product-1'],
  ['  ', 'product-1'],
])('of a line item with the SKU %j the article is %j', (sku, articleId) => {
  expect(articleIdOf({ sku, productId: 'product-1' })).toBe(articleId);
  expect(toOrderedLines([{ sku, productId: 'product-1', quantity: 3 }])).toEqual([{ articleId, quantity: 3 }]);
});
