import { defaultMappingConfig } from '../mappingConfig.ts';
import type { ParsedPipelineConfig, PipelineConfig } from './parsePipelineConfig.ts';
import { readPipelineConfig } from './readPipelineConfig.ts';

/** `path`: of a pipeline.yaml; undefined: what holds without one. */
export type ReadConfig = (path: string | undefined) => ParsedPipelineConfig;

/** Reads a file once, so that what was checked at the start is what is used, whoever changes the file meanwhile. */
export function createConfigReader(): ReadConfig {
  const read = new Map<string | undefined, ParsedPipelineConfig>([
    [undefined, { config: { routing: {}, mapping: defaultMappingConfig } }],
  ]);
  return (path) => {
    const parsed = read.get(path) ?? readPipelineConfig(path ?? '');
    read.set(path, parsed);
    return parsed;
  };
}

/** @throws Error that names all that is wrong with the file; whoever checks the settings finds it before. */
export function usablePipelineConfig(parsed: ParsedPipelineConfig): PipelineConfig {
  if ('config' in parsed) return parsed.config;
  throw new Error(`PIPELINE_CONFIG: ${parsed.problems.join('; ')}`);
}
