import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toDecimal, toMoneyText, toPercent } from './amounts.ts';
import { toAttributeText } from './attributeText.ts';

test.each([
  [1050, 2, '10.50'],
  [5, 2, '0.05'],
  [-5, 2, '-0.05'],
  [1200, 0, '1200'],
  [12_345, 3, '12.345'],
  [0, 0, '0'],
  [9_007_199_254_740_991, 2, '90071992547409.91'],
  [1.5, 2, undefined],
  [Number.NaN, 2, undefined],
  ['1', 2, undefined],
  [1, -1, undefined],
  [1, 21, undefined],
])('%j with %j digits is %s', (amount, digits, expected) => {
  expect(toDecimal(amount, digits)).toBe(expected);
});

test('a decimal is the amount again when its point is taken out', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 20 }), (amount, digits) => {
      const text = toDecimal(amount, digits) ?? '';
      expect(BigInt(text.replace('.', ''))).toBe(BigInt(amount));
      expect((text.split('.')[1] ?? '').length).toBe(digits);
    }),
  );
});

test.each([
  [0.19, 19],
  [0.077, 7.7],
  [0.055, 5.5],
  [0, 0],
  [-1, undefined],
  [null, undefined],
  [Number.POSITIVE_INFINITY, undefined],
])('the rate %s is %s percent', (rate, percent) => {
  expect(toPercent(rate)).toBe(percent);
});

test('money of high precision is the exact amount, not the rounded one with the digits of the exact one', () => {
  const money = {
    ...{ type: 'highPrecision', currencyCode: 'EUR', centAmount: 12, preciseAmount: 123_456, fractionDigits: 6 },
  };
  expect(toAttributeText(money, () => undefined)).toBe('0.123456 EUR');
  expect(toMoneyText({ currency: 'KWD', amount: 12_345, fractionDigits: 3 })).toBe('12.345 KWD');
});
