import { type Target, targetFrom } from '@pipeline/cli';
import { kafkaSecuritySettings, registrySettings } from '@pipeline/service-kit';
import { checkAnswers } from './ready.ts';
import type { Broker, StartOptions, Way } from './types.ts';

/** A broker and a registry that somebody else runs, reached by the settings that the services have. */
export const external: Way = {
  kind: 'external',
  async probe({ env }) {
    await checkAnswers(given(env));
  },
  async start({ env }): Promise<Broker> {
    const { prefix: _, ...target } = given(env);
    return { kind: 'external', ...target, settings: securityFrom(env), stop: async () => undefined };
  },
};

function given(env: StartOptions['env']): Target {
  const target = addressFrom(env);
  if (!target) throw new Error('KAFKA_BROKERS and SCHEMA_REGISTRY_URL are not set');
  return target;
}

/**
 * undefined: neither variable is given.
 * @throws Error when only one of the two is given (a guess at the other would mix two systems), or that names what is
 *   malformed.
 */
export function addressFrom(env: StartOptions['env']): Target | undefined {
  const hasBrokers = (env['KAFKA_BROKERS'] ?? '').replaceAll(',', '').trim() !== '';
  const hasRegistry = (env['SCHEMA_REGISTRY_URL'] ?? '').trim() !== '';
  if (!hasBrokers && !hasRegistry) return undefined;
  if (hasBrokers && hasRegistry) return targetFrom(env);
  const [given, missing] = hasBrokers
    ? ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL']
    : ['SCHEMA_REGISTRY_URL', 'KAFKA_BROKERS'];
  throw new Error(`${given} is set, but ${missing} is not: set both to use a broker of yours, or neither.`);
}

/** The settings about TLS and signing in, as they are given: the services get the same. */
function securityFrom(env: StartOptions['env']): Record<string, string> {
  const names = Object.keys({ ...kafkaSecuritySettings, ...registrySettings }).filter(
    (name) => name !== 'SCHEMA_REGISTRY_URL',
  );
  return Object.fromEntries(
    names.flatMap((name) => [name, `${name}_FILE`]).flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );
}
