import { invalidInput } from '../errors.ts';
import type { Predicate, Value } from './predicate.ts';

/** The top-level fields that a predicate looks at. */
export function fieldsOf(predicate: Predicate): readonly string[] {
  if ('parts' in predicate) return predicate.parts.flatMap(fieldsOf);
  return predicate.op === 'not' ? fieldsOf(predicate.part) : [predicate.field];
}

/** Throws ApiError (400) when a document of this kind never has such a field. */
export function refuseUnknownFields(fields: readonly string[], known: ReadonlySet<string>, parameter: string): void {
  const unknown = fields.find((field) => !known.has(field));
  if (unknown !== undefined)
    throw invalidInput(`Malformed parameter: ${parameter}: The field '${unknown}' does not exist.`);
}

/** The values that `field` must have one of; undefined: it may have any. A dot leads into a nested predicate. */
export function valuesOf(predicate: Predicate, field: string): readonly Value[] | undefined {
  if (predicate.op === 'and') return firstOf(predicate.parts, (part) => valuesOf(part, field));
  if (predicate.op === 'nested') {
    const [outer, ...inner] = field.split('.');
    return predicate.field === outer && inner.length > 0 ? valuesOf(predicate.part, inner.join('.')) : undefined;
  }
  if (predicate.op === 'compare' && predicate.by === '=' && predicate.field === field) return [predicate.value];
  return predicate.op === 'in' && predicate.field === field ? predicate.values : undefined;
}

/** No document whose `field` is a time before this (ISO, inclusive) fulfills the predicate; undefined: unknown. */
export function earliestOf(predicate: Predicate, field: string): string | undefined {
  if (predicate.op === 'and') {
    const bounds = predicate.parts.map((part) => earliestOf(part, field)).filter((bound) => bound !== undefined);
    return bounds.sort(byTime).at(-1);
  }
  if (predicate.op === 'or') {
    const bounds = predicate.parts.map((part) => earliestOf(part, field));
    return bounds.includes(undefined) ? undefined : (bounds as string[]).sort(byTime)[0];
  }
  if (predicate.op !== 'compare' || predicate.field !== field || !['=', '>', '>='].includes(predicate.by))
    return undefined;
  return typeof predicate.value === 'string' && !Number.isNaN(Date.parse(predicate.value))
    ? predicate.value
    : undefined;
}

const byTime = (left: string, right: string): number => Date.parse(left) - Date.parse(right);

function firstOf<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
