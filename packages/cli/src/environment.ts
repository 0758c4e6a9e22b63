/** Where the commands find Kafka and the registry. */
export interface Target {
  readonly brokers: string[];
  readonly registryUrl: string;
  readonly prefix: string;
}

/** @throws Error that lists every variable which is missing or malformed. */
export function targetFrom(env: Readonly<Record<string, string | undefined>>): Target {
  const problems: string[] = [];
  const brokers = (env['KAFKA_BROKERS'] ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter(Boolean);
  if (brokers.length === 0) problems.push('KAFKA_BROKERS is not set, e.g. 127.0.0.1:9092');
  if (brokers.some((broker) => !/^[^\s:/]+:\d+$|^\[[^\]]+\]:\d+$/.test(broker))) {
    problems.push('KAFKA_BROKERS must be host:port, several with commas between');
  }
  const registryUrl = registryUrlFrom(env, problems);
  if (problems.length > 0) throw new Error(`Settings are not complete:\n- ${problems.join('\n- ')}`);
  return { brokers, registryUrl, prefix: env['TOPIC_PREFIX'] ?? '' };
}

function registryUrlFrom(env: Readonly<Record<string, string | undefined>>, problems: string[]): string {
  const registryUrl = env['SCHEMA_REGISTRY_URL']?.trim() ?? '';
  if (registryUrl === '') problems.push('SCHEMA_REGISTRY_URL is not set, e.g. http://127.0.0.1:8081/apis/ccompat/v7');
  // Not quoted: it may hold a password.
  else if (!/^https?:$/.test(URL.parse(registryUrl)?.protocol ?? ''))
    problems.push('SCHEMA_REGISTRY_URL is not an http(s) address');
  return registryUrl;
}
