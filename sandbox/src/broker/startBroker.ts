import { addressFrom, external } from './external.ts';
import { docker } from './docker.ts';
import { maven } from './maven.ts';
import type { Broker, BrokerKind, StartOptions, Way } from './types.ts';

const PROBE_TIMEOUT_MS = 20_000;
const WAYS: readonly Way[] = [external, docker, maven];

interface TestSeam {
  readonly ways?: readonly Way[];
  readonly probeTimeoutMs?: number;
}

/**
 * Finds or starts a Kafka broker with a schema registry: the one that KAFKA_BROKERS and SCHEMA_REGISTRY_URL name, else
 * in Docker containers, else as Java programs. Each way is probed for 20 s at most. `force` or SANDBOX_KAFKA takes one
 * way only. When the two variables name what does not answer, another way is taken and the broker carries a warning.
 *
 * @throws Error when the two variables are malformed or only one is given; Error that names all ways and why each does not work here, or why the forced one does not.
 */
export async function startBroker(options: StartOptions, tests: TestSeam = {}): Promise<Broker> {
  const { ways = WAYS, probeTimeoutMs = PROBE_TIMEOUT_MS } = tests;
  const forced = options.force ?? kindFrom(options.env);
  const given = forced === undefined ? addressFrom(options.env) : undefined;
  let warning: string | undefined;
  const reasons: string[] = [];
  for (const way of ways) {
    if (forced !== undefined && way.kind !== forced) continue;
    try {
      await probe(way, options, probeTimeoutMs);
      return { ...(await way.start(options)), warning };
    } catch (error) {
      options.signal?.throwIfAborted();
      if (forced !== undefined)
        throw new Error(`No Kafka by way of ${forced}: ${(error as Error).message}`, { cause: error });
      reasons.push(`${way.kind}: ${(error as Error).message}`);
      if (given && way.kind === 'external') {
        warning = `KAFKA_BROKERS and SCHEMA_REGISTRY_URL are set but were not used: ${(error as Error).message}`;
      }
      options.log(`Kafka, not by way of ${way.kind}: ${(error as Error).message}`);
    }
  }
  throw new Error(
    [
      'No Kafka broker can be had here. One of these is needed:',
      '1. KAFKA_BROKERS and SCHEMA_REGISTRY_URL, set to a broker and a Confluent-compatible registry that run;',
      '2. a Docker engine with compose;',
      '3. Java 17 or later, and Maven.',
      'What was tried:',
      ...reasons.map((reason) => `- ${reason}`),
    ].join('\n'),
  );
}

async function probe(way: Way, options: StartOptions, timeoutMs: number): Promise<void> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
  const givenUp = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${timeoutMs / 1_000} s`)), {
      once: true,
    });
  });
  await Promise.race([way.probe(options, signal), givenUp]);
}

function kindFrom(env: StartOptions['env']): BrokerKind | undefined {
  const kind = env['SANDBOX_KAFKA'];
  if (kind === undefined || kind === '') return undefined;
  if (kind === 'external' || kind === 'docker' || kind === 'maven') return kind;
  throw new Error(`SANDBOX_KAFKA is "${kind}", but must be external, docker or maven, or not set.`);
}
