import type { OrderedLine } from '@pipeline/schemas/types';
import type { JsonShape } from '@pipeline/streams';
import { type Fields, toCount, toFields, toList, toText } from '../fields.ts';

/** The article id of the tenant (the SKU) that a line of any entity is about. */
export function toArticleId(line: Fields): string | null {
  return toText(toFields(line.article).tenantArticleId);
}

/** What `toOrderedLines` reads of each line. */
export const orderedLineShape: JsonShape = new Map<string, JsonShape | 'whole'>([
  ['quantity', 'whole'],
  ['article', new Map([['tenantArticleId', 'whole']])],
]);

/** One line for each article, quantities added up, in order of first appearance; lines without an article are left out. */
export function toOrderedLines(lines: unknown): OrderedLine[] {
  return addUp(lines, (line, articleId) => ({ articleId, quantity: toCount(line.quantity) }));
}

/** Maps vendor lines and adds up all numbers of those with the same article. */
export function addUp<Line extends { readonly articleId: string }>(
  lines: unknown,
  map: (line: Fields, articleId: string) => Line,
): Line[] {
  const byArticle = new Map<string, Line>();
  for (const line of toList(lines)) {
    const articleId = toArticleId(line);
    if (articleId === null) continue;
    const sofar = byArticle.get(articleId);
    const mapped = map(line, articleId);
    byArticle.set(articleId, sofar ? sum(sofar, mapped) : mapped);
  }
  return [...byArticle.values()];
}

function sum<Line extends object>(left: Line, right: Line): Line {
  const added = Object.entries(right).map(([name, value]) => {
    const other = left[name as keyof Line];
    return [name, typeof value === 'number' && typeof other === 'number' ? value + other : value];
  });
  return Object.fromEntries(added) as Line;
}
