import { type Environment, kafkaSettings, loadSettings } from '@pipeline/service-kit';
import { type Target, targetFrom } from '../environment.ts';

/** What the operator's command works on: as the services see it. */
export interface OpsTarget extends Target {
  /** Stands before the services' consumer groups. */
  readonly groupPrefix: string;
}

/** @throws SettingsError as `targetFrom`. */
export const opsTargetFrom = (env: Environment): OpsTarget => ({
  ...targetFrom(env),
  groupPrefix: loadSettings(kafkaSettings, env).GROUP_PREFIX,
});
