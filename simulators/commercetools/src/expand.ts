import { invalidInput } from './errors.ts';
import { isFields } from './input.ts';

/** Finds what a reference points at; undefined leaves the reference as it is. */
export type Resolve = (typeId: string, id: string) => unknown;

/**
 * The document with `obj` put into the references at each path, e.g. `shipping[*].shippingInfo.shippingMethod`. Paths
 * that lead nowhere are ignored, as by commercetools. Throws ApiError (400) for text that is no path.
 */
export function expand<T>(document: T, paths: readonly string[], resolve: Resolve): T {
  return paths.reduce<T>((current, path) => expandAt(current, parsePath(path), resolve) as T, document);
}

function parsePath(path: string): readonly string[] {
  if (!/^\w+(\[(\*|\d+)\])?(\.\w+(\[(\*|\d+)\])?)*$/.test(path))
    throw invalidInput(`Malformed parameter: expand: '${path}' is no expansion path.`);
  return path.replace(/\[(\*|\d+)\]/g, '.$1').split('.');
}

function expandAt(value: unknown, path: readonly string[], resolve: Resolve): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return withObj(value, resolve);
  if (Array.isArray(value))
    return value.map((item, index) => (step === '*' || step === String(index) ? expandAt(item, rest, resolve) : item));
  if (!isFields(value) || !Object.hasOwn(value, step)) return value;
  return { ...value, [step]: expandAt(value[step], rest, resolve) };
}

function withObj(value: unknown, resolve: Resolve): unknown {
  if (!isFields(value) || typeof value.typeId !== 'string' || typeof value.id !== 'string') return value;
  const obj = resolve(value.typeId, value.id);
  return obj === undefined ? value : { ...value, obj };
}
