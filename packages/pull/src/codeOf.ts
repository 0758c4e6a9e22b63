/** gRPC's numbers, as Pub/Sub's client has them: https://grpc.io/docs/guides/status-codes/ */
const grpcCodes: Readonly<Record<number, string>> = {
  1: 'CANCELLED',
  2: 'UNKNOWN',
  3: 'INVALID_ARGUMENT',
  4: 'DEADLINE_EXCEEDED',
  5: 'NOT_FOUND',
  7: 'PERMISSION_DENIED',
  8: 'RESOURCE_EXHAUSTED',
  9: 'FAILED_PRECONDITION',
  10: 'ABORTED',
  13: 'INTERNAL',
  14: 'UNAVAILABLE',
  16: 'UNAUTHENTICATED',
};

/**
 * What a vendor's client calls a failure, fit for a label: the code that its error carries (Service Bus, Node's network,
 * ours), gRPC's name (Pub/Sub), or the error's name (SQS). `unexpected` where none of them is a short word.
 */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unexpected';
  const { code, name } = error as { code?: unknown; name?: unknown };
  const found = typeof code === 'number' ? grpcCodes[code] : [code, name].find(isWord);
  return isWord(found) ? found : 'unexpected';
}

const isWord = (text: unknown): text is string =>
  typeof text === 'string' && /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(text);
