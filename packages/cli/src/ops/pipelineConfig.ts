import { defaultMappingConfig, type PipelineConfig, readPipelineConfig } from '@pipeline/provider-fulfillmenttools';

/**
 * What a pipeline.yaml says; `path` undefined: there is none.
 * @throws Error that lists what is wrong with it.
 */
export function readPipelineFile(path: string | undefined): PipelineConfig {
  if (path === undefined) return { routing: {}, mapping: defaultMappingConfig };
  const parsed = readPipelineConfig(path);
  if ('config' in parsed) return parsed.config;
  throw new Error(`${path} cannot be used:\n${parsed.problems.map((each) => `- ${each}`).join('\n')}`);
}
