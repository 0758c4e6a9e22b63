/**
 * Waiting times of the services: an outcome in doubt is settled after two seconds (start window + request timeout +
 * server limit) instead of two minutes, as the simulators answer in milliseconds.
 */
export const scaled = {
  START_WINDOW_MS: '500',
  REQUEST_TIMEOUT_MS: '1000',
  SERVER_LIMIT_MS: '500',
  INDEX_LAG_MS: '300',
  RETRY_BASE_MS: '50',
  RETRY_CAP_MS: '500',
  SHUTDOWN_GRACE_MS: '10000',
};

/** A member that is told to stop has ended after so long. */
export const GRACE_MS = Number(scaled.SHUTDOWN_GRACE_MS);
