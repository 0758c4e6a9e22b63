import { type AvroSchema, loadSchema, schemaNames } from '@pipeline/schemas';
import { code, generatedFrom, page, table } from './markdown.ts';

const intro = `# Schemas

One Avro record per topic value. The registry's subject is \`<topic>-value\`, with the deployment's prefix, compatibility
FULL_TRANSITIVE. Schemas are registered by \`npm run setup\` or \`npm run schemas -- register\`, never by a service;
\`npm run schemas -- check\` asks the registry whether a change is allowed. A new field needs a default; an enum has a
default symbol, which is what a reader sees that does not know the written one.

A long that is marked as time counts milliseconds since the epoch, UTC.`;

interface RecordSchema {
  readonly name: string;
  readonly doc?: string;
  readonly fields: readonly FieldSchema[];
}

interface FieldSchema {
  readonly name: string;
  readonly type: AvroSchema;
  readonly doc?: string;
  readonly default?: unknown;
}

interface EnumSchema {
  readonly name: string;
  readonly symbols: readonly string[];
  readonly default?: string;
}

type Sections = Map<string, string>;

/** The page of all schemas: each topic's record first, then the records and enums that they use, by name. */
export function schemasPage(
  schemas: readonly (readonly [topic: string, schema: AvroSchema])[] = schemaNames().map((name) => [
    name,
    loadSchema(name),
  ]),
): string {
  const parts: Sections = new Map();
  const heads = schemas.map(([topic, schema]) => {
    const record = schema as unknown as RecordSchema;
    return recordSection(`## ${topic}`, record, parts, `Record ${code(record.name)}. `);
  });
  const named = [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, section]) => section);
  return page(generatedFrom('`schemas/*.avsc`'), intro, ...heads, '## Parts', ...named);
}

function recordSection(heading: string, record: RecordSchema, parts: Sections, before = ''): string {
  const rows = record.fields.map((field) => [
    code(field.name),
    typeOf(field.type, parts),
    'default' in field ? code(JSON.stringify(field.default)) : '',
    field.doc ?? '',
  ]);
  const text = `${before}${record.doc ?? ''}`.trim();
  return [heading, ...(text ? [text] : []), table(['Field', 'Type', 'Default', 'Meaning'], rows)].join('\n\n');
}

function enumSection({ name, symbols, default: fallback }: EnumSchema): string {
  const end = fallback === undefined ? '' : ` Default symbol: ${code(fallback)}.`;
  return `### ${name}\n\n${symbols.map(code).join(', ')}.${end}`;
}

function typeOf(schema: AvroSchema, parts: Sections): string {
  if (typeof schema === 'string') return /^[A-Z]/.test(schema) ? link(schema) : schema;
  if (Array.isArray(schema)) return schema.map((branch) => typeOf(branch, parts)).join(' or ');
  const { type, name } = schema as { type: AvroSchema; name?: string };
  if (type === 'array') return `list of ${typeOf(schema['items'] as AvroSchema, parts)}`;
  if (type === 'map') return `map of ${typeOf(schema['values'] as AvroSchema, parts)}`;
  if (schema['logicalType'] === 'timestamp-millis') return 'long (time)';
  if ((type === 'record' || type === 'enum') && name !== undefined) {
    if (!parts.has(name)) {
      // Its place is taken before its fields are walked, so that a record that holds itself ends.
      parts.set(name, '');
      parts.set(name, type === 'enum' ? enumSection(schema as unknown as EnumSchema) : toPart(schema, parts));
    }
    return link(name);
  }
  return typeOf(type, parts);
}

const toPart = (schema: AvroSchema, parts: Sections): string => {
  const record = schema as unknown as RecordSchema;
  return recordSection(`### ${record.name}`, record, parts);
};

const link = (name: string): string => `[${name}](#${name.toLowerCase()})`;
