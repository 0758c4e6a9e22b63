import type { StatusPolicy } from '@pipeline/fulfillment';
import { toStatusPolicy } from '@pipeline/provider-fulfillmenttools';
import {
  defineSettings,
  type Environment,
  loadSettings,
  pipelineFileSettings,
  statusPolicySettings,
} from '@pipeline/service-kit';
import { readPipelineFile } from '../pipelineConfig.ts';

const settings = defineSettings({ ...pipelineFileSettings, ...statusPolicySettings });

/**
 * The policy of status-writer with the same environment.
 * @throws SettingsError for the environment, Error that lists what is wrong with the pipeline.yaml.
 */
export function statusPolicyFrom(env: Environment): StatusPolicy {
  const given = loadSettings(settings, env);
  return toStatusPolicy(readPipelineFile(given.PIPELINE_CONFIG), given);
}
