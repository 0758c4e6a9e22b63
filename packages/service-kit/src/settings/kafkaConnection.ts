import type { RegistryAccess } from '@pipeline/streams/avro';
import type { KafkaConnection } from '@pipeline/streams/kafka';
import type { PartialSettingsOf, SettingsOf } from './definition.ts';
import { checkBrokerSecurity, toKafkaSecurity } from './kafkaSecurity.ts';
import { checkRegistryAccess, toRegistryAccess } from './registryAccess.ts';
import type { kafkaSettings } from './shared.ts';

type KafkaSettings = SettingsOf<typeof kafkaSettings>;

/** Problems between the settings of Kafka and of its registry, for the `check` of `runWithSettings`. */
export function checkKafkaSecurity(settings: PartialSettingsOf<typeof kafkaSettings>): readonly string[] {
  return [...checkBrokerSecurity(settings), ...checkRegistryAccess(settings)];
}

/**
 * Settings that `checkKafkaSecurity` has passed → how every client of ours reaches the brokers and the registry. The
 * only place that knows: services, commands and the sandbox all come here.
 */
export function toConnections(settings: KafkaSettings): KafkaConnection & RegistryAccess {
  return { brokers: settings.KAFKA_BROKERS, ...toKafkaSecurity(settings), ...toRegistryAccess(settings) };
}
