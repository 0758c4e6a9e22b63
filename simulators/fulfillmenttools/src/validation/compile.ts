import type { ErrorObject } from 'ajv';
import { Ajv } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { ApiProblem } from '../http/problem.ts';

// ajv-formats is CommonJS: its default export is the module object for NodeNext resolution.
const addFormats = addFormatsModule as unknown as (ajv: Ajv) => void;

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  strictRequired: false,
  strictTypes: false,
  allowUnionTypes: true,
});
addFormats(ajv);

export type Schema = Readonly<Record<string, unknown>>;

/** Turns a JSON schema into a parser that throws a 400 with one entry for each violation. Values are never repeated in it. */
export function compile<T>(schema: Schema): (body: unknown) => T {
  const validate = ajv.compile(schema);
  return (body) => {
    if (validate(body)) return body as T;
    throw new ApiProblem(400, ...(validate.errors ?? []).slice(0, 50).map(toErrorInner));
  };
}

function toErrorInner(error: ErrorObject) {
  const where = error.instancePath === '' ? 'body' : `body${error.instancePath.replaceAll('/', '.')}`;
  const extra = error.keyword === 'additionalProperties' ? `: ${String(error.params['additionalProperty'])}` : '';
  return { summary: 'Invalid request body', description: `${where} ${error.message ?? error.keyword}${extra}` };
}

/** A closed object: what is not listed is refused. A name that ends in `*` is required. */
export function closed(fields: Readonly<Record<string, Schema>>): Schema {
  const names = Object.keys(fields);
  return {
    type: 'object',
    additionalProperties: false,
    required: names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1)),
    properties: Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name.replace(/\*$/, ''), schema])),
  };
}

export const text: Schema = { type: 'string' };
/** Vendor pattern `^.+$`: an empty string is refused. */
export const filled: Schema = { type: 'string', pattern: '^.+$' };
export const flag: Schema = { type: 'boolean' };
export const dateTime: Schema = { type: 'string', format: 'date-time' };
export const free: Schema = { type: 'object' };
export const localized: Schema = { type: 'object', additionalProperties: text };
export const oneOf = (...values: readonly string[]): Schema => ({ type: 'string', enum: values });
export const list = (items: Schema, limits: { minItems?: number; maxItems?: number } = {}): Schema => ({
  type: 'array',
  items,
  maxItems: 500,
  ...limits,
});
