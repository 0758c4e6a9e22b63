import { targetFrom } from '@pipeline/cli';
import { checkAnswers } from './ready.ts';
import type { StartOptions, Way } from './types.ts';

/** A broker and a registry that somebody else runs. Both variables or none. */
export const external: Way = {
  kind: 'external',
  async probe({ env }) {
    await checkAnswers(givenAddress(env));
  },
  async start({ env }) {
    return { kind: 'external', ...givenAddress(env), stop: async () => undefined };
  },
};

function givenAddress(env: StartOptions['env']): { brokers: string[]; registryUrl: string } {
  const address = addressFrom(env);
  if (!address) throw new Error('KAFKA_BROKERS and SCHEMA_REGISTRY_URL are not set');
  return address;
}

/**
 * undefined: neither variable is given.
 * @throws Error when only one of the two is given (a guess at the other would mix two systems), or that names what is
 *   malformed.
 */
export function addressFrom(env: StartOptions['env']): { brokers: string[]; registryUrl: string } | undefined {
  const hasBrokers = (env['KAFKA_BROKERS'] ?? '').replaceAll(',', '').trim() !== '';
  const hasRegistry = (env['SCHEMA_REGISTRY_URL'] ?? '').trim() !== '';
  if (!hasBrokers && !hasRegistry) return undefined;
  if (hasBrokers && hasRegistry) {
    const { brokers, registryUrl } = targetFrom(env);
    return { brokers, registryUrl };
  }
  const [given, missing] = hasBrokers
    ? ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL']
    : ['SCHEMA_REGISTRY_URL', 'KAFKA_BROKERS'];
  throw new Error(`${given} is set, but ${missing} is not: set both to use a broker of yours, or neither.`);
}
