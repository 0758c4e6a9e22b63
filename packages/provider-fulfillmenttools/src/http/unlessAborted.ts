/** The promise's outcome, or what `toError` makes as soon as the signal aborts; the promise is not waited for then. */
export async function unlessAborted<Result>(
  result: Promise<Result>,
  signal: AbortSignal,
  toError: () => unknown,
): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(toError());
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
