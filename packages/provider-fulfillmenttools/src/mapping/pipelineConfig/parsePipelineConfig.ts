import type { RoutingPolicy } from '@pipeline/fulfillment';
import ajv, { type ErrorObject } from 'ajv';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { type MappingConfig, toMappingVersion } from '../mappingConfig.ts';
import { omitMissing } from '../text.ts';
import { readTransform } from '../transform/readTransform.ts';
import type { TransformModule } from '../transform/transform.ts';
import type { FieldsConfig, PipelineFile, StatusConfig } from './pipelineFile.ts';
import { NOT_BLANK, pipelineConfigSchema } from './pipelineConfigSchema.ts';
import { presets } from './presets.ts';

export interface PipelineConfig {
  /** What the file and its preset say of routing; the rest is left to the settings. */
  readonly routing: Partial<RoutingPolicy>;
  readonly mapping: MappingConfig;
  /** What the file says of the fields and the status of the commercetools order: for status-writer. */
  readonly fields?: FieldsConfig;
  readonly status?: StatusConfig;
  /** The shop's own code: `startTransform` loads it. */
  readonly transform?: TransformModule;
}

/** `problems`: each names the line and the field, and never a value. */
export type ParsedPipelineConfig = { readonly config: PipelineConfig } | { readonly problems: readonly string[] };

const validate = new ajv.Ajv({ strict: true, strictRequired: false, allErrors: true }).compile<PipelineFile>(
  pipelineConfigSchema,
);

/** The text of a pipeline.yaml in a directory → what it configures, or everything that is wrong with it. */
export function parsePipelineConfig(text: string, directory = '.'): ParsedPipelineConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    return { problems: broken.map(({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${message}`) };
  const content = read(document);
  if (content === undefined) return { problems: ['line 1: too many aliases'] };
  if (!validate(content)) {
    const problems = (validate.errors ?? []).map((error) => describe(error, document, lines));
    return { problems: [...new Set(problems)] };
  }
  const transform = content.transform === undefined ? undefined : toModule(content.transform, directory);
  if (typeof transform === 'string')
    return { problems: [`line ${lineOf(['transform'], document, lines)}: transform ${transform}`] };
  return { config: toConfig(content, transform) };
}

/** A text: what is wrong with it. */
function toModule(name: string, directory: string): TransformModule | string {
  try {
    return readTransform(name, directory);
  } catch (error) {
    return `names a module that cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
  }
}

function read(document: Document): unknown {
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}

function describe({ instancePath, keyword, message, params }: ErrorObject, document: Document, lines: LineCounter) {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const extra = keyword === 'additionalProperties' ? [String(params.additionalProperty)] : [];
  const field = [...path, ...extra].join('.') || 'the file';
  return `line ${lineOf([...path, ...extra], document, lines)}: ${field} ${says(keyword, message, params)}`;
}

function says(keyword: string, message = 'is not valid', params: ErrorObject['params']): string {
  if (keyword === 'additionalProperties') return 'is not known here';
  if (keyword === 'enum') return `must be one of ${(params.allowedValues as readonly string[]).join(', ')}`;
  if (keyword === 'const') return `must be ${String(params.allowedValue)}`;
  return message === `must match pattern "${NOT_BLANK}"` ? 'must not be blank' : message;
}

/** Of the deepest part of the path that there is. */
function lineOf(path: readonly string[], document: Document, lines: LineCounter): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { readonly range?: readonly number[] } | undefined;
    if (node?.range?.[0] !== undefined) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function toConfig(file: PipelineFile, transform: TransformModule | undefined): PipelineConfig {
  const { shipping = {}, tags = {}, preset } = file;
  const started = omitMissing({ preset });
  const start = presets[preset ?? 'docs'];
  return {
    routing: {
      ...start.routing,
      ...omitMissing({
        shippingMethods: shipping.methods,
        unknownShippingMethod: shipping.unknownMethod,
        collectFacilityField: shipping.collectFacilityField,
        facilitiesByStore: shipping.facilitiesByStore,
        storeTag: tags.store,
        customFieldTags: tags.fields,
      }),
    },
    mapping: {
      ...toMapping(file.mapping ?? {}, start.mapping),
      version: toVersion(file, transform),
    },
    fields: { ...started, ...file.fields },
    status: { ...started, ...file.status },
    ...(transform ? { transform } : {}),
  };
}

/** Of what decides about fulfillment orders: what status-writer reads makes no other mapping. */
function toVersion({ fields: _fields, status: _status, ...file }: PipelineFile, transform?: TransformModule): string {
  return toMappingVersion(transform ? [file, transform.fingerprint] : file);
}

function toMapping(given: NonNullable<PipelineFile['mapping']>, start: MappingConfig): MappingConfig {
  const { stickers, ...order } = given.order ?? {};
  return {
    ...start,
    ...given,
    attributes: { ...start.attributes, ...given.attributes },
    lines: { ...start.lines, ...given.lines },
    order: {
      ...start.order,
      ...order,
      stickers: Object.fromEntries(
        Object.entries(stickers ?? {}).map(([field, rule]) => [field, { when: null, color: null, ...rule }]),
      ),
    },
    facilities: { ...start.facilities, ...given.facilities },
  };
}
