import { setTimeout as sleep } from 'node:timers/promises';
import { createRetryPolicy, isPipelineError } from '@pipeline/streams';

const TRIES = 6;
const retries = createRetryPolicy({ baseMs: 1_000, capMs: 15_000 });

/**
 * Returns when a listing that failed so many times in a row may be tried again.
 * @throws the error, when it does not pass by itself, or has not passed after several tries.
 */
export async function waitBeforeTry(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
  const passes = isPipelineError(error) && ['transient', 'throttled'].includes(error.errorClass);
  if (!passes || failures >= TRIES || signal.aborted) throw error;
  await sleep(retries.delayAfter(failures, error), undefined, { signal });
}
