/** What was thrown and its causes: kafkajs wraps what brokers answer. */
function* causesOf(error: unknown): Iterable<Error> {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    yield current;
  }
}

/** Name of the broker's error, e.g. TOPIC_AUTHORIZATION_FAILED. */
export function kafkaErrorType(error: unknown): string | undefined {
  for (const { type } of causesOf(error) as Iterable<{ type?: unknown }>) if (typeof type === 'string') return type;
  return undefined;
}

/**
 * Nobody coordinates the group or the transactional id, or we may not use it: kafkajs asks each broker and keeps none of
 * the answers.
 */
export const isCoordinatorNotFound = (error: unknown): boolean =>
  [...causesOf(error)].some(({ name }) => name === 'KafkaJSGroupCoordinatorNotFound');
