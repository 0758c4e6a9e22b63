import { randomInt } from 'node:crypto';
import { harsh } from '@pipeline/simulator-fulfillmenttools';

/** Seeds go from 0 to this. */
export const MAX_SEED = 2 ** 32 - 1;

export const chooseSeed = (): number => randomInt(MAX_SEED + 1);

const SERVER_MARGIN_MS = 2_000;
const INDEX_MARGIN_MS = 500;

/**
 * Settings of the services against the harsh simulators of a seed: as short as these simulators allow, so that doubts
 * are over in about a minute. An order may be sent again only when the attempt before it can no longer come true: the
 * simulator holds a request for a cold start and its latency at most, and hides a change for its index lag.
 */
export function harshSettings(seed: number): Record<string, string> {
  const { coldStartMs, latencyMs, indexLagMs } = harsh(seed);
  return {
    START_WINDOW_MS: '2000',
    // Shorter than most cold starts: whoever meets one gives up and has to find out what became of it.
    REQUEST_TIMEOUT_MS: '8000',
    SERVER_LIMIT_MS: String(coldStartMs + latencyMs + SERVER_MARGIN_MS),
    INDEX_LAG_MS: String(indexLagMs + INDEX_MARGIN_MS),
    RETRY_BASE_MS: '100',
    RETRY_CAP_MS: '2000',
    // Shorter than some placements take: some events ask fulfillmenttools whose they are.
    CORRELATION_WAIT_MS: '3000',
    PLACEMENT_WAIT_MS: '3000',
  };
}
