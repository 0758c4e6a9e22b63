import type { RoutingPolicy } from '@pipeline/fulfillment';
import ajv, { type ErrorObject } from 'ajv';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { type MappingConfig, toMappingVersion } from '../mappingConfig.ts';
import { omitMissing } from '../text.ts';
import type { PipelineFile } from './pipelineFile.ts';
import { pipelineConfigSchema } from './pipelineConfigSchema.ts';
import { presets } from './presets.ts';

export interface PipelineConfig {
  /** What the file and its preset say of routing; the rest is left to the settings. */
  readonly routing: Partial<RoutingPolicy>;
  readonly mapping: MappingConfig;
}

/** `problems`: each names the line and the field, and never a value. */
export type ParsedPipelineConfig = { readonly config: PipelineConfig } | { readonly problems: readonly string[] };

const validate = new ajv.Ajv({ strict: true, strictRequired: false, allErrors: true }).compile<PipelineFile>(
  pipelineConfigSchema,
);

/** The text of a pipeline.yaml → what it configures, or everything that is wrong with it. */
export function parsePipelineConfig(text: string): ParsedPipelineConfig {
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
  return { config: toConfig(content) };
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
  return keyword === 'pattern' ? 'must not be blank' : message;
}

/** Of the deepest part of the path that there is. */
function lineOf(path: readonly string[], document: Document, lines: LineCounter): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { readonly range?: readonly number[] } | undefined;
    if (node?.range?.[0] !== undefined) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function toConfig(file: PipelineFile): PipelineConfig {
  const { shipping = {}, tags = {}, preset } = file;
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
    mapping: { ...toMapping(file.mapping ?? {}, start.mapping), version: toMappingVersion(file) },
  };
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
