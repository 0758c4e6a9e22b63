import type { BreakerState } from '@pipeline/streams';
import type { Logger } from '../logging/logger.ts';

/**
 * Says when a vendor goes and when it is back: one line each, however often it is probed meanwhile. With what its calls
 * failed is in the lines of the messages that were tried before.
 */
export function createBreakerLog(
  logger: Pick<Logger, 'debug' | 'info' | 'warn'>,
): (target: string, state: BreakerState) => void {
  const away = new Set<string>();
  return (target, state) => {
    if (state === 'closed') {
      away.delete(target);
      logger.info('vendor answers again', { target, status: state });
    } else if (state === 'open' && !away.has(target)) {
      away.add(target);
      logger.warn('vendor does not answer: it is not called but for probes', { target, status: state });
    } else {
      logger.debug('vendor is probed', { target, status: state });
    }
  };
}
