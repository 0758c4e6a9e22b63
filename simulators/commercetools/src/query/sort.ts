import { invalidInput } from '../errors.ts';
import { isFields } from '../input.ts';
import type { Fields } from '../model.ts';
import { compare } from './evaluate.ts';

export interface SortKey {
  /** Names joined by dots. */
  readonly path: readonly string[];
  readonly descending: boolean;
}

/** `sort` parameters such as `createdAt asc`. Throws ApiError (400). */
export function parseSort(parameters: readonly string[]): readonly SortKey[] {
  return parameters.map((parameter) => {
    const [, path, direction] = /^\s*(\w+(?:\.\w+)*)(?:\s+(asc|desc))?\s*$/i.exec(parameter) ?? [];
    if (path === undefined) throw invalidInput(`Malformed parameter: sort: '${parameter}' is no sort expression.`);
    return { path: path.split('.'), descending: direction?.toLowerCase() === 'desc' };
  });
}

/** A comparison by these keys in turn; documents without the field come last. */
export function createComparison(keys: readonly SortKey[]): (left: Fields, right: Fields) => number {
  return (left, right) => {
    for (const { path, descending } of keys) {
      const one = valueAt(left, path);
      const other = valueAt(right, path);
      if (one === undefined || other === undefined) {
        if (one === other) continue;
        return one === undefined ? 1 : -1;
      }
      const order = compare(one, other) ?? 0;
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
}

const valueAt = (document: Fields, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (isFields(value) ? value[name] : undefined), document);
