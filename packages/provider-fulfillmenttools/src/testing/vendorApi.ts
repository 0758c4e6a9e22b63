import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ajv from 'ajv/dist/2019.js';
import formats from 'ajv-formats';
import { toFields, toList } from '../fields.ts';
import { indexBlocks } from './yamlBlocks.ts';
import { createClosing, type Schema } from './closedSchemas.ts';

/** Not everybody has the vendor's file: it carries no licence. */
const FILE = new URL('../../../../../shared/fulfillmenttools-api/api.swagger.yaml', import.meta.url);

export const vendorApiPresent = existsSync(fileURLToPath(FILE));

export interface SentRequest {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  /** JSON, or nothing. */
  readonly body: string;
}

/**
 * Checks requests against the vendor's OpenAPI, more strictly than it says: nowhere may a member or a query parameter
 * stand that it does not know. Each entry of the answer is a violation, without values.
 */
export function openVendorApi(): (request: SentRequest) => string[] {
  const blocks = indexBlocks(readFileSync(FILE, 'utf8'));
  const compiler = new ajv.Ajv2019({ strict: false, allErrors: true });
  formats.default(compiler as never);
  for (const format of ['int32', 'int64']) compiler.addFormat(format, true);
  const close = createClosing(blocks.readSchema, compiler);
  const compiled = new Map<string, ReturnType<typeof compiler.compile>>();

  function validatorOf(name: string, schema: unknown) {
    const known = compiled.get(name) ?? compiler.compile(close(schema as Schema));
    compiled.set(name, known);
    return known;
  }

  return ({ method, target, body }) => {
    const { pathname, searchParams } = new URL(target, 'http://vendor');
    const path = findPath(blocks.paths, pathname);
    const item = path === undefined ? {} : toFields(blocks.readPath(path));
    const operation = item[method.toLowerCase()];
    const name = `${method} ${path ?? pathname}`;
    if (operation === undefined) return [`${name} is not in the vendor's API`];
    const { parameters, requestBody } = toFields(operation);
    const known = [...toList(parameters), ...toList(item.parameters)].map((each) => each.name);
    const unknown = [...searchParams.keys()].filter((each) => !known.includes(each));
    const violations = unknown.map((each) => `${name} has no query parameter ${each}`);
    const content = toFields(toFields(toFields(requestBody).content)['application/json']);
    if (content.schema === undefined) return body === '' ? violations : [...violations, `${name} takes no body`];
    const validate = validatorOf(name, content.schema);
    if (validate(JSON.parse(body))) return violations;
    const faults = (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${name} ${instancePath || 'body'} ${message} ${JSON.stringify(params)}`,
    );
    return [...violations, ...faults];
  };
}

/** The path of the API that a request's path belongs to; one without parameters wins. */
function findPath(paths: readonly string[], pathname: string): string | undefined {
  const given = pathname.split('/');
  const fits = (path: string) => {
    const segments = path.split('/');
    return (
      segments.length === given.length && segments.every((each, at) => /^\{\w+\}$/.test(each) || each === given[at])
    );
  };
  return paths.find((path) => path === pathname) ?? paths.find(fits);
}
