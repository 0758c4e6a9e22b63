import { checkAnswers } from './ready.ts';
import type { StartOptions, Way } from './types.ts';

/** A broker and a registry that somebody else runs. Both variables or none. */
export const external: Way = {
  kind: 'external',
  async probe({ env }) {
    const address = addressFrom(env);
    if (!address) throw new Error('KAFKA_BROKERS and SCHEMA_REGISTRY_URL are not set');
    await checkAnswers(address);
  },
  async start({ env }) {
    const address = addressFrom(env);
    if (!address) throw new Error('KAFKA_BROKERS and SCHEMA_REGISTRY_URL are not set');
    return { kind: 'external', ...address, stop: async () => undefined };
  },
};

/** @throws Error when only one of the two is given: a guess at the other would mix two systems. */
export function addressFrom(env: StartOptions['env']): { brokers: string[]; registryUrl: string } | undefined {
  const brokers = (env['KAFKA_BROKERS'] ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  const registryUrl = env['SCHEMA_REGISTRY_URL']?.trim() ?? '';
  if (brokers.length === 0 && registryUrl === '') return undefined;
  if (brokers.length > 0 && registryUrl !== '') return { brokers, registryUrl };
  const [given, missing] =
    registryUrl === '' ? ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL'] : ['SCHEMA_REGISTRY_URL', 'KAFKA_BROKERS'];
  throw new Error(`${given} is set, but ${missing} is not: set both to use a broker of yours, or neither.`);
}
