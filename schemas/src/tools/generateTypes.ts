/** Writes src/generated.ts from the Avro schemas: one TypeScript type for every named Avro type. */
import { writeFileSync } from 'node:fs';
import { type AvroSchema, loadSchema, schemaNames } from '../load.ts';

interface Named {
  readonly name: string;
  readonly doc?: string;
  readonly symbols?: readonly string[];
  /** `optional`: whoever makes a value may leave the field out, its default is written; it joined after the first release. */
  readonly fields?: readonly { name: string; type: AvroSchema; doc?: string; optional?: boolean }[];
}

const declarations = new Map<string, string>();
const comment = (doc: string | undefined, indent = ''): string => (doc ? `${indent}/** ${doc} */\n` : '');
const primitives: Record<string, string> = {
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Uint8Array',
};

function typeOf(schema: AvroSchema): string {
  if (typeof schema === 'string') return primitives[schema] ?? schema;
  if (Array.isArray(schema)) return schema.map(typeOf).join(' | ');
  switch (schema.type) {
    case 'record':
    case 'enum':
      return declare(schema as unknown as Named);
    case 'array':
      return `readonly ${parenthesised(typeOf(schema['items'] as AvroSchema))}[]`;
    case 'map':
      return `Readonly<Record<string, ${typeOf(schema['values'] as AvroSchema)}>>`;
    default:
      return typeOf(schema.type);
  }
}

const parenthesised = (type: string): string => (type.includes(' ') ? `(${type})` : type);

function declare({ name, doc, symbols, fields }: Named): string {
  if (symbols) {
    declarations.set(
      name,
      `${comment(doc)}export type ${name} = ${symbols.map((symbol) => `'${symbol}'`).join(' | ')};\n`,
    );
  } else {
    const body = (fields ?? [])
      .map(
        (field) =>
          `${comment(field.doc, '  ')}  readonly ${field.name}${field.optional ? '?' : ''}: ${typeOf(field.type)};\n`,
      )
      .join('');
    declarations.set(name, `${comment(doc)}export interface ${name} {\n${body}}\n`);
  }
  return name;
}

for (const name of schemaNames()) typeOf(loadSchema(name));
const banner = '// Generated from schemas/*.avsc by `npm run generate`. Do not edit.\n';
writeFileSync(new URL('../generated.ts', import.meta.url), [banner, ...declarations.values()].join('\n'));
