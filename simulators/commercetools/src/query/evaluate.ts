import { isFields } from '../input.ts';
import type { Fields } from '../model.ts';
import type { Comparison, Predicate, Value } from './predicate.ts';

/** Whether a document fulfills a predicate. A nested predicate holds for a list when it holds for one of its items. */
export function holds(predicate: Predicate, document: Fields): boolean {
  switch (predicate.op) {
    case 'and':
      return predicate.parts.every((part) => holds(part, document));
    case 'or':
      return predicate.parts.some((part) => holds(part, document));
    case 'not':
      return !holds(predicate.part, document);
    case 'nested':
      return toList(document[predicate.field]).some((item) => isFields(item) && holds(predicate.part, item));
    case 'defined':
      return document[predicate.field] !== undefined;
    case 'empty':
      return toList(document[predicate.field]).length === 0;
    case 'compare':
      return toList(document[predicate.field]).some((value) => compares(value, predicate.by, predicate.value));
    case 'in':
      return toList(document[predicate.field]).some((value) =>
        predicate.values.some((wanted) => isSame(value, wanted)),
      );
    case 'containsAny':
      return predicate.values.some((wanted) => includes(document[predicate.field], wanted));
    case 'containsAll':
      return predicate.values.every((wanted) => includes(document[predicate.field], wanted));
  }
}

const toList = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

const includes = (value: unknown, wanted: Value): boolean => toList(value).some((item) => isSame(item, wanted));

const isSame = (value: unknown, wanted: Value): boolean => compares(value, '=', wanted);

function compares(value: unknown, by: Comparison, wanted: Value): boolean {
  const order = compare(value, wanted);
  if (order === undefined) return by === '<>';
  switch (by) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
  }
}

const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
/** As commercetools writes them: these compare as texts too, which is a lot faster. */
const canonical = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Negative, zero or positive; undefined when the two are of different kinds. Timestamps compare as moments. */
export function compare(left: unknown, right: unknown): number | undefined {
  if (typeof left !== typeof right) return undefined;
  if (typeof left === 'string' && typeof right === 'string') {
    if (left === right) return 0;
    if (timestamp.test(left) && timestamp.test(right) && !(canonical.test(left) && canonical.test(right)))
      return Date.parse(left) - Date.parse(right);
    return left < right ? -1 : 1;
  }
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return typeof left === 'boolean' ? Number(left) - Number(right) : undefined;
}
