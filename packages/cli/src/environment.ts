import {
  checkKafkaSecurity,
  type Environment,
  kafkaSettings,
  loadSettings,
  SettingsError,
  toConnections,
} from '@pipeline/service-kit';
import type { RegistryAccess } from '@pipeline/streams/avro';
import type { KafkaConnection } from '@pipeline/streams/kafka';

/** Where the commands find Kafka and the registry, and who they are there. */
export interface Target extends KafkaConnection, RegistryAccess {
  readonly prefix: string;
}

/**
 * Reads the same settings as the services.
 * @throws SettingsError that lists everything which is missing or malformed.
 */
export function targetFrom(env: Environment): Target {
  const settings = loadSettings(kafkaSettings, env);
  const problems = checkKafkaSecurity(settings);
  if (problems.length > 0) throw new SettingsError(problems);
  return { ...toConnections(settings), prefix: settings.TOPIC_PREFIX };
}
