import { existsSync } from 'node:fs';
import { type ExplainedOrder, pipelineConfigSchema } from '@pipeline/provider-fulfillmenttools';
import type { Environment } from '@pipeline/service-kit';
import { type Output, toJson } from '../output.ts';
import { fetchOrder } from './fetchOrder.ts';
import { type ExplainedPart, openMapper } from './policy.ts';
import { type LackingNote, readOrderFile } from './readOrder.ts';

export interface MapOptions {
  /** A file, or the id or number of an order. */
  readonly order: string;
  /** Path of a pipeline.yaml; undefined: PIPELINE_CONFIG, or none. */
  readonly config: string | undefined;
  /** Key of the order's shipping method, where the file has only its id. */
  readonly method: string | undefined;
  readonly held: boolean;
  readonly json: boolean;
}

/** What an order would become, and why. Sends nothing. 1: it cannot be mapped. */
export async function showMapping(
  env: Environment,
  { order: wanted, config, method, held, json }: MapOptions,
  output: Output,
): Promise<number> {
  await using mapper = await openMapper({ env, print: output.err }, config);
  const { channelFields } = mapper;
  const { order, notes } = isFile(wanted)
    ? readOrderFile(wanted, { methodKey: method, channelFields })
    : { order: await fetchOrder(env, wanted, channelFields), notes: [] };
  const parts = await mapper.explain(order, { held });
  output.out(json ? toJson(toReport(parts, notes)) : describeAll(parts, notes));
  return parts.some((part) => part.order === null) ? 1 : 0;
}

/** Of an order that is not divided its own, else one for each target. */
function toReport(parts: readonly ExplainedPart[], lacking: readonly LackingNote[]) {
  const reports = parts.map((part) => ({ ...part, notes: [...lacking, ...part.notes] }));
  const [only] = reports;
  if (!only || reports.length > 1) return { targets: reports };
  const { target: _, ...report } = only;
  return report;
}

const describeAll = (parts: readonly ExplainedPart[], lacking: readonly LackingNote[]): string =>
  parts
    .map((part) => [...(part.target === null ? [] : [`Target ${part.target}`, '']), describe(part, lacking)].join('\n'))
    .join('\n\n');

/** Neither ids nor usual numbers of orders look like a path. */
const isFile = (name: string): boolean => /[/\\]|\.json$/i.test(name) || existsSync(name);

/** The JSON Schema of pipeline.yaml. */
export function showConfigSchema(output: Output): number {
  output.out(toJson(pipelineConfigSchema));
  return 0;
}

/** Says what is wrong with a pipeline.yaml, or with the module that it names. */
export async function checkConfig(env: Environment, file: string, output: Output): Promise<number> {
  await using mapper = await openMapper({ env: { ...env, PIPELINE_CONFIG: undefined }, print: output.err }, file);
  output.out(`${file} is valid: mapping ${mapper.version}.`);
  return 0;
}

function describe({ version, order, problem, notes }: ExplainedOrder, lacking: readonly LackingNote[]): string {
  const lines = (shown: readonly Pick<LackingNote, 'field' | 'text'>[]) =>
    shown.map(({ field, text }) => `  ${field}: ${text}`);
  const of = (wanted: string) => lines(notes.filter(({ kind }) => kind === wanted));
  const section = (title: string, lines: readonly string[]) => (lines.length > 0 ? ['', title, ...lines] : []);
  return [
    problem === null ? toJson(order) : `It cannot be sent: ${problem.code}. ${problem.message}`,
    ...section('Not in the file', lines(lacking)),
    ...section('Why', of('reason')),
    ...section('Left out', of('warning')),
    '',
    `Mapping ${version}`,
  ].join('\n');
}
