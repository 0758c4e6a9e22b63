import type { Logger, Metrics, NotificationSource } from '@pipeline/service-kit';
import { isPipelineError } from '@pipeline/streams';
import { MISSING } from './health/health.ts';
import type { CatchUpObserver } from './runCatchUp.ts';

export interface CatchUpObserverOptions {
  readonly metrics: Pick<
    Metrics,
    'catchUpRead' | 'catchUpSent' | 'catchUpErrors' | 'catchUpReached' | 'catchUpWindows' | 'subscriptionStatus'
  >;
  readonly logger: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  readonly source: NotificationSource;
  /** Every status that the vendor knows. */
  readonly statuses: readonly string[];
  /** Those in which notifications are lost. */
  readonly losing: readonly string[];
}

export const UNKNOWN = 'Unknown';

/** Log lines and metrics of a catch-up. */
export function createCatchUpObserver(options: CatchUpObserverOptions): CatchUpObserver & {
  /** The turn is another process's: that one shows it from now on. */
  readonly over: () => void;
} {
  const { metrics, logger, source, statuses, losing } = options;
  let toldGap: number | undefined;

  function show(status: string): void {
    for (const each of [...statuses, MISSING, UNKNOWN])
      metrics.subscriptionStatus.set({ source, status: each }, each === status ? 1 : 0);
    if (![...statuses, MISSING, UNKNOWN].includes(status))
      metrics.subscriptionStatus.set({ source, status: UNKNOWN }, 1);
  }

  return {
    reached: (at) => metrics.catchUpReached.set({ source }, at / 1_000),
    page({ read, sent }) {
      metrics.catchUpRead.inc({ source }, read);
      metrics.catchUpSent.inc({ source }, sent);
    },
    swept({ sent }, reason) {
      const level = sent > 0 || reason !== 'schedule' ? 'info' : 'debug';
      logger[level]('caught up', { source, reason, count: sent });
    },
    failed(stage, error) {
      metrics.catchUpErrors.inc({ source, stage, code: isPipelineError(error) ? error.code : 'unexpected' });
      if (stage === 'subscription') show(UNKNOWN);
      logger.warn('catch-up failed, will try again', { source, stage, error });
    },
    unreadable: () =>
      logger.error('the record of the catch-up cannot be read: it begins anew', { source, code: 'record-unreadable' }),
    gap(from, until) {
      if (toldGap === from) return;
      toldGap = from;
      metrics.catchUpErrors.inc({ source, stage: 'sweep', code: 'gap' });
      const reason = `what happened from ${new Date(from).toISOString()} to ${new Date(until).toISOString()} was deleted there before it was read: read the orders of that time with npm run ops -- catch-up`;
      logger.error('a catch-up has a gap', { source, code: 'gap', reason });
    },
    subscription(status, previous) {
      show(status);
      if (status === previous) return;
      const loses = status === MISSING || losing.includes(status);
      logger[loses ? 'error' : 'info']('status of the subscription', {
        source,
        status,
        reason: `it was ${previous ?? 'not known'}${loses ? '; notifications are lost until it is put right' : ''}`,
      });
    },
    window({ reason, from, until }) {
      metrics.catchUpWindows.inc({ source, reason });
      logger.warn('notifications may be lost, their time is read once more', {
        source,
        code: reason,
        reason: `from ${from} to ${until}`,
      });
    },
    over() {
      metrics.catchUpReached.remove({ source });
      for (const status of [...statuses, MISSING, UNKNOWN]) metrics.subscriptionStatus.remove({ source, status });
    },
  };
}
