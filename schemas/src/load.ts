import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

/** A schema as Avro's JSON notation: a type name, a union, or a complex type. */
export type AvroSchema = string | AvroSchema[] | { readonly type: AvroSchema; readonly [attribute: string]: unknown };

const root = fileURLToPath(new URL('..', import.meta.url));

/** Names of the schemas in `schemas/*.avsc`, one per topic value, without the file ending. */
export function schemaNames(): string[] {
  return readdirSync(root)
    .filter((file) => file.endsWith('.avsc'))
    .map((file) => path.basename(file, '.avsc'))
    .sort();
}

/**
 * The self-contained schema of a topic's value: every entity that it names is written out where it first occurs, since
 * a registry subject holds one document.
 *
 * @throws Error when there is no such file, or a named type is neither there nor in `schemas/entities`.
 */
export function loadSchema(name: string): AvroSchema {
  return inline(read(`${name}.avsc`), new Set());
}

const primitives = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);

function read(file: string): AvroSchema {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8')) as AvroSchema;
}

function inline(schema: AvroSchema, defined: Set<string>): AvroSchema {
  if (typeof schema === 'string') {
    if (primitives.has(schema) || defined.has(schema)) return schema;
    return inline(read(`entities/${schema}.avsc`), defined);
  }
  if (Array.isArray(schema)) return schema.map((branch) => inline(branch, defined));
  if (typeof schema['name'] === 'string') defined.add(schema['name']);
  const { fields, items, values } = schema as { fields?: AvroSchema[]; items?: AvroSchema; values?: AvroSchema };
  return {
    ...schema,
    ...(typeof schema.type === 'object' ? { type: inline(schema.type, defined) } : {}),
    ...(fields ? { fields: fields.map((field) => inlineField(field, defined)) } : {}),
    ...(items ? { items: inline(items, defined) } : {}),
    ...(values ? { values: inline(values, defined) } : {}),
  };
}

function inlineField(field: AvroSchema, defined: Set<string>): AvroSchema {
  const { type, ...rest } = field as { type: AvroSchema };
  return { ...rest, type: inline(type, defined) };
}
