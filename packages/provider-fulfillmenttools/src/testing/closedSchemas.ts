export type Schema = Readonly<Record<string, unknown>>;

const REF = '#/components/schemas/';
const COMPOSITIONS = ['allOf', 'anyOf', 'oneOf'] as const;
/** Of OpenAPI 3.0, and no rule for a value; or of an older JSON Schema. */
const DROPPED = ['discriminator', 'xml', 'example', 'additionalProperties', 'exclusiveMinimum', 'exclusiveMaximum'];

/**
 * Makes JSON Schemas (2019-09) of those of an OpenAPI 3.0 file, closed: an object that names members may have no others.
 * The members of a composition stay open, and what they make together is closed: in OpenAPI a parent that is closed by
 * itself refuses all of its children.
 */
export function createClosing(
  find: (name: string) => unknown,
  registry: { addSchema(schema: object, id: string): unknown },
): (schema: Schema) => Schema {
  const known = new Set<string>();

  function refer(name: string, closed: boolean): Schema {
    const id = `${closed ? 'closed' : 'open'}:${name}`;
    if (!known.has(id)) {
      known.add(id);
      const schema = find(name);
      if (schema === undefined) throw new Error(`The OpenAPI file has no schema ${name}.`);
      registry.addSchema(convert(schema as Schema, closed), id);
    }
    return { $ref: id };
  }

  function convert(schema: Schema, closed = true): Schema {
    if (typeof schema.$ref === 'string') return refer(schema.$ref.slice(REF.length), closed);
    const converted: Record<string, unknown> = Object.fromEntries(
      Object.entries(schema).filter(([keyword]) => !DROPPED.includes(keyword)),
    );
    const { properties, items, additionalProperties: rest } = schema;
    if (isSchema(properties))
      converted.properties = Object.fromEntries(
        Object.entries(properties).map(([name, each]) => [name, convert(each as Schema)]),
      );
    if (isSchema(items)) converted.items = convert(items);
    if (isSchema(rest)) converted.additionalProperties = convert(rest);
    for (const keyword of COMPOSITIONS) {
      const members = schema[keyword];
      if (Array.isArray(members)) converted[keyword] = members.map((each: Schema) => convert(each, false));
    }
    const namesMembers = isSchema(properties) || COMPOSITIONS.some((keyword) => keyword in schema);
    if (closed && namesMembers && rest !== true) converted.unevaluatedProperties = false;
    return converted;
  }

  return (schema) => convert(schema);
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
