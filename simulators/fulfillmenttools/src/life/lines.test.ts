import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divide, piecesOf, shareOf } from './lines.ts';
import { handedOverLines, takenBackLines } from './handoverJob.ts';
import { pickedLines } from './pickJob.ts';

const someLines = fc
  .array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 })
  .map((quantities) => quantities.map((quantity, index) => ({ id: `line-${index}`, quantity })));
const toPick = (quantities: readonly number[]) =>
  quantities.map((quantity, index) => ({
    ...{ id: `line-${index}`, originId: `order-line-${index}`, quantity, picked: 0, status: 'OPEN' as const },
    article: { tenantArticleId: `sku-${index}`, title: 'Shirt' },
  }));
const toGive = (quantities: readonly number[]) =>
  toPick(quantities).map(({ id, article, quantity }) => ({
    ...{ id, article, quantity, handedOverQuantity: 0, status: 'OPEN' as const },
  }));

describe('dividing lines', () => {
  it('loses no piece and makes none, and leaves no line without pieces', () => {
    fc.assert(
      fc.property(someLines, fc.nat(30), (lines, count) => {
        const [first, second] = divide(lines, count);
        expect(piecesOf(first)).toBe(Math.min(count, piecesOf(lines)));
        expect(piecesOf(first) + piecesOf(second)).toBe(piecesOf(lines));
        expect([...first, ...second].every(({ quantity }) => quantity > 0)).toBe(true);
      }),
    );
  });

  it('halves to a first half with a piece at least, and a rest with one when there are two', () => {
    fc.assert(
      fc.property(someLines, (lines) => {
        const half = piecesOf(shareOf(lines, 'half'));
        expect(half).toBeGreaterThan(0);
        expect(half + piecesOf(shareOf(lines, 'rest'))).toBe(piecesOf(lines));
        expect(half < piecesOf(lines)).toBe(piecesOf(lines) > 1);
        expect(shareOf(lines, 'all')).toBe(lines);
      }),
    );
  });
});

describe('picking', () => {
  const picked = (quantities: readonly number[], found: Parameters<typeof pickedLines>[1]) =>
    pickedLines(toPick(quantities), found);

  it('closes every line with what was found', () => {
    expect(picked([2, 1], 'all')).toMatchObject([{ picked: 2, status: 'CLOSED' }, { picked: 1 }]);
    expect(picked([2, 1], 'short')).toMatchObject([
      { picked: 2 },
      { picked: 0, shortPickReason: {}, status: 'CLOSED' },
    ]);
    expect(picked([2], 'short')).toMatchObject([{ quantity: 2, picked: 1 }]);
    expect(picked([2, 1], 'none')).toMatchObject([{ picked: 0 }, { picked: 0 }]);
  });

  it('takes another article for the last piece', () => {
    const [line] = picked([2], 'substitute');
    expect(line).toMatchObject({
      picked: 1,
      substituteLineItems: [{ article: { tenantArticleId: 'sku-0-substitute' }, quantity: 1, picked: 1 }],
    });
    expect(line).not.toHaveProperty('shortPickReason');
  });
});

describe('handing over', () => {
  it('gives away every piece, or all but the last one that is refused', () => {
    expect(handedOverLines(toGive([2, 1]), 0)).toMatchObject([
      { handedOverQuantity: 2, status: 'CLOSED' },
      { handedOverQuantity: 1 },
    ]);
    const [first, second] = handedOverLines(toGive([2, 1]), 1);
    expect(first).not.toHaveProperty('refused');
    expect(second).toMatchObject({ handedOverQuantity: 0, refused: [{ quantity: 1 }] });
  });

  it('is undone by a revert', () => {
    expect(takenBackLines(handedOverLines(toGive([2, 1]), 1))).toEqual(toGive([2, 1]));
  });
});
