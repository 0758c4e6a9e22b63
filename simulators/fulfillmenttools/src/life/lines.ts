import type { Share } from './step.ts';

interface Counted {
  readonly quantity: number;
}

export const piecesOf = (lines: readonly Counted[]): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** The first `count` pieces and the pieces after them, each in lines of their own; a line without pieces is left out. */
export function divide<Line extends Counted>(lines: readonly Line[], count: number): readonly [Line[], Line[]] {
  let left = count;
  const parted = lines.map((line) => {
    const taken = Math.min(left, line.quantity);
    left -= taken;
    return [taken, line.quantity - taken] as const;
  });
  const part = (index: 0 | 1) =>
    lines.flatMap((line, at) => {
      const quantity = parted[at]?.[index] ?? 0;
      return quantity === 0 ? [] : [{ ...line, quantity }];
    });
  return [part(0), part(1)];
}

/** What a part gets of these lines. Half of one piece is that piece, and the rest is nothing. */
export function shareOf<Line extends Counted>(lines: readonly Line[], share: Share): readonly Line[] {
  if (share === 'all') return lines;
  const [half, rest] = divide(lines, Math.max(1, Math.floor(piecesOf(lines) / 2)));
  return share === 'half' ? half : rest;
}
