import { type ExplainedOrder, explainOrder, pipelineConfigSchema } from '@pipeline/provider-fulfillmenttools';
import type { Environment } from '@pipeline/service-kit';
import { type Output, toJson } from '../output.ts';
import { readMapPolicy } from './policy.ts';
import { readOrderFile } from './readOrder.ts';

export interface MapOptions {
  readonly file: string;
  /** Path of a pipeline.yaml; undefined: PIPELINE_CONFIG, or none. */
  readonly config: string | undefined;
  /** Key of the order's shipping method, where the file has only its id. */
  readonly method: string | undefined;
  readonly held: boolean;
  readonly json: boolean;
}

/** What an order in a file would become, and why. Reads nothing but files and sends nothing. 1: it cannot be mapped. */
export function showMapping(
  env: Environment,
  { file, config, method, held, json }: MapOptions,
  output: Output,
): number {
  const { routing, mapping, projectKey } = readMapPolicy(env, config);
  const order = readOrderFile(file, method);
  const explained = explainOrder(order, { routing, mapping, context: { projectKey, held, tenantOrderId: null } });
  output.out(json ? toJson(explained) : describe(explained));
  return explained.order === null ? 1 : 0;
}

/** The JSON Schema of pipeline.yaml. */
export function showConfigSchema(output: Output): number {
  output.out(toJson(pipelineConfigSchema));
  return 0;
}

/** Says what is wrong with a pipeline.yaml. */
export function checkConfig(env: Environment, file: string, output: Output): number {
  const { mapping } = readMapPolicy({ ...env, PIPELINE_CONFIG: undefined }, file);
  output.out(`${file} is valid: mapping ${mapping.version}.`);
  return 0;
}

function describe({ version, order, problem, notes }: ExplainedOrder): string {
  const of = (wanted: string) =>
    notes.filter(({ kind }) => kind === wanted).map(({ field, text }) => `  ${field}: ${text}`);
  const section = (title: string, lines: readonly string[]) => (lines.length > 0 ? ['', title, ...lines] : []);
  return [
    problem === null ? toJson(order) : `It cannot be sent: ${problem.code}. ${problem.message}`,
    ...section('Why', of('reason')),
    ...section('Left out', of('warning')),
    '',
    `Mapping ${version}`,
  ].join('\n');
}
