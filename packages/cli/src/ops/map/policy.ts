import type { RoutingPolicy } from '@pipeline/fulfillment';
import {
  defaultMappingConfig,
  type MappingConfig,
  type PipelineConfig,
  readPipelineConfig,
  toRoutingPolicy,
} from '@pipeline/provider-fulfillmenttools';
import { defineSettings, type Environment, loadSettings, routingSettings } from '@pipeline/service-kit';

/** Those settings of order-router that say how an order is mapped. */
const settings = defineSettings({
  ...routingSettings,
  CTP_PROJECT_KEY: { type: 'string', default: 'project', description: 'Project key, as it stands in the order.' },
});

export interface MapPolicy {
  readonly routing: RoutingPolicy;
  readonly mapping: MappingConfig;
  readonly projectKey: string;
}

/**
 * How order-router maps with the same environment. `file`: a pipeline.yaml in the place of PIPELINE_CONFIG.
 * @throws Error that lists what is wrong with the file, SettingsError for the environment.
 */
export function readMapPolicy(env: Environment, file: string | undefined): MapPolicy {
  const given = loadSettings(settings, env);
  const config = readConfig(file ?? given.PIPELINE_CONFIG);
  return { routing: toRoutingPolicy(config, given), mapping: config.mapping, projectKey: given.CTP_PROJECT_KEY };
}

function readConfig(path: string | undefined): PipelineConfig {
  if (path === undefined) return { routing: {}, mapping: defaultMappingConfig };
  const parsed = readPipelineConfig(path);
  if ('config' in parsed) return parsed.config;
  throw new Error(`${path} cannot be used:\n${parsed.problems.map((each) => `- ${each}`).join('\n')}`);
}
