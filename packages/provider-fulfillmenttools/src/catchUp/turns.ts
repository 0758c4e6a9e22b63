import { createRateLimiter, type RateLimiter, type RateLimiterOptions } from '@pipeline/streams';
import type { FulfillmenttoolsClient } from '../http/client.ts';
import { PROVIDER } from '../providerName.ts';

/** Calls in a second that a catch-up makes unless it was agreed otherwise: the vendor forbids polling (facts of its docs). */
export const CATCH_UP_READS_PER_SECOND = 2;

/** Longest wait for a turn: a process with one partition of many has one in seconds. */
const LONGEST_TURN_MS = 120_000;
/** From the turn on. */
const ANSWER_MS = 60_000;

export type CatchUpTurnsOptions = Pick<RateLimiterOptions, 'share' | 'now'> & {
  /** Calls in a second of all processes together. (Default: 2) */
  readonly maxPerSecond?: number;
};

/**
 * The turns in which a process reads for a catch-up: one after another at the same distance, whichever order each is for,
 * and further apart while the vendor complains. Whatever reads for a catch-up takes them from the same object.
 */
export const createCatchUpTurns = ({
  maxPerSecond = CATCH_UP_READS_PER_SECOND,
  ...options
}: CatchUpTurnsOptions = {}): RateLimiter =>
  createRateLimiter({ target: PROVIDER, maxPerSecond, slowest: 0.05, maxWaitMs: LONGEST_TURN_MS, ...options });

/**
 * The client for a catch-up: each call waits for its turn, then up to a minute for its answer.
 * @throws PipelineError besides what the client throws: `throttled`, `rate-limited`, when the turn is too far away.
 */
export const takingTurns = (
  client: Pick<FulfillmenttoolsClient, 'call'>,
  turns: Pick<RateLimiter, 'run'>,
): Pick<FulfillmenttoolsClient, 'call'> => ({
  call: (request) =>
    turns.run(
      () => client.call({ ...request, signal: AbortSignal.any([request.signal, AbortSignal.timeout(ANSWER_MS)]) }),
      request.signal,
    ),
});
