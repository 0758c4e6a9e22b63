import type { Logger, Metrics, NotificationSource } from '@pipeline/service-kit';
import type { SecretSourceOptions } from './secrets/secretSource.ts';
import type { TransportObserver } from './transports/transport.ts';

export interface PushObserverOptions {
  readonly metrics: Pick<Metrics, 'pushKeyFetches' | 'secretFileRejected' | 'secretReloads'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly source: NotificationSource;
}

type SecretHooks = Required<Pick<SecretSourceOptions, 'onChanged' | 'onProblem'>>;

/** Log lines and metrics of keys that were fetched and of secrets that were read again; no secret is in them. */
export function createPushObserver({ metrics, logger, source }: PushObserverOptions): TransportObserver & SecretHooks {
  return {
    keysFetched(of, error) {
      metrics.pushKeyFetches.inc({ source, target: of, outcome: error === undefined ? 'ok' : 'failed' });
      if (error !== undefined) logger.warn('keys of the push transport not fetched', { source, target: of, error });
    },
    onChanged(setting) {
      metrics.secretReloads.inc({ target: setting });
      logger.info('secret read again', { source, target: setting });
    },
    onProblem(setting, why) {
      metrics.secretFileRejected.set({ target: setting }, why === undefined ? 0 : 1);
      if (why === undefined) logger.info('file of a secret can be used again', { source, target: setting });
      else
        logger.warn('file of a secret not used, the secret before it stays', { source, target: setting, reason: why });
    },
  };
}
