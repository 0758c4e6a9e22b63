import { invalidInput, invalidJsonInput } from './errors.ts';
import type { Fields } from './model.ts';

/**
 * Readers of request bodies. Each takes the object, the member's name and the path for the error, and throws
 * InvalidJsonInput (400) when the member is missing or of the wrong kind. `null` counts as absent, as in the real API.
 */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const missing = (path: string) => invalidJsonInput(`${path}: Missing required value`);
const malformed = (path: string, expected: string) =>
  invalidJsonInput(`${path}: Malformed parameter, expected ${expected}`);

export function asFields(value: unknown, path: string): Fields {
  if (value === undefined || value === null) throw missing(path);
  if (!isFields(value)) throw malformed(path, 'an object');
  return value;
}

export function optionalText(body: Fields, name: string, path = name): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw malformed(path, 'a string');
  return value;
}

export function text(body: Fields, name: string, path = name): string {
  const value = optionalText(body, name, path);
  if (value === undefined) throw missing(path);
  return value;
}

export function oneOf(body: Fields, name: string, values: readonly string[]): string {
  const value = text(body, name);
  if (!values.includes(value)) throw malformed(name, `one of ${values.join(', ')}, got '${value}'`);
  return value;
}

export function positiveInteger(body: Fields, name: string, path = name): number {
  const value = body[name];
  if (value === undefined || value === null) throw missing(path);
  if (!Number.isSafeInteger(value) || (value as number) < 1) throw malformed(path, 'a positive integer');
  return value as number;
}

export function optionalList(body: Fields, name: string): readonly Fields[] {
  const value = body[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed(name, 'an array');
  return value.map((item, index) => asFields(item, `${name}[${index}]`));
}

export function optionalFields(body: Fields, name: string): Fields | undefined {
  const value = body[name];
  return value === undefined || value === null ? undefined : asFields(value, name);
}

export function optionalTime(body: Fields, name: string): string | undefined {
  const value = optionalText(body, name);
  if (value === undefined) return undefined;
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw malformed(name, 'a date and time (ISO 8601)');
  return new Date(time).toISOString();
}

/** A user-given key: 2 to 256 of letters, digits, `_` and `-`. */
export function optionalKey(body: Fields, name: string): string | undefined {
  const value = optionalText(body, name);
  if (value !== undefined && !/^[A-Za-z0-9_-]{2,256}$/.test(value))
    throw invalidInput(`'${name}' has to be 2 to 256 characters of A-Z, a-z, 0-9, '_' and '-', got '${value}'.`);
  return value;
}

/** The object without members that are undefined. */
export function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;
}
