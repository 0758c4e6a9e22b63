import { setTimeout as sleep } from 'node:timers/promises';
import { type Breaker, type PipelineError, toPipelineError } from '@pipeline/streams';
import type { Asked } from './askAboutOrder.ts';
import type { DueOrder, OpenOrders } from './openOrders.ts';

export interface WatchSilenceOptions {
  readonly orders: Pick<OpenOrders, 'due' | 'asked' | 'putOff'>;
  readonly ask: (order: DueOrder, signal: AbortSignal) => Promise<Asked>;
  readonly breaker: Pick<Breaker, 'state'>;
  /** Is what is known complete enough to ask at all? */
  readonly isReady: () => boolean;
  readonly observer: CatchUpObserver;
  /** Between two looks at who is due, milliseconds. */
  readonly everyMs: number;
  /** Resolves after so many milliseconds, or when `signal` aborts. (Default: a timer) */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** What came of asking, for logs and metrics. */
export interface CatchUpObserver {
  asked(order: DueOrder, asked: Asked): void;
  /** It is tried again after so many milliseconds; `refused`: not before its next turn. */
  failed(order: DueOrder, error: PipelineError, again: { readonly afterMs: number } | 'refused'): void;
}

/** Looked at at once: what is heard meanwhile is taken into account at the next look. */
const BATCH = 20;
/** Without word of the vendor's how long. */
const PAUSE_MS = 5_000;
/** A sign-in that is refused, or a missing right on processes, is for a person to mend. */
const AUTH_PAUSE_MS = 60_000;
const PUT_OFF_MS = 60_000;

/**
 * Asks about silent orders, one after another, until `signal` aborts. The rate is the client's. While the vendor is down,
 * or says that it is called too often, nobody is asked about; an order that fails alone waits a minute, others do not.
 */
export async function watchSilence(options: WatchSilenceOptions, signal: AbortSignal): Promise<void> {
  const { orders, breaker, isReady, everyMs, pause = pauseFor } = options;
  while (!signal.aborted) {
    let pauseMs = everyMs;
    if (isReady() && breaker.state !== 'open') {
      for (const order of orders.due(BATCH)) {
        pauseMs = 0;
        const stopMs = await askOne(order, options, signal);
        if (signal.aborted) return;
        if (stopMs === undefined) continue;
        pauseMs = stopMs;
        break;
      }
    }
    await pause(Math.max(pauseMs, 1), signal);
  }
}

/** Milliseconds for which nobody is to be asked about; undefined: go on. */
async function askOne(
  order: DueOrder,
  { orders, ask, observer }: WatchSilenceOptions,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const asked = await ask(order, signal);
    orders.asked(order.orderId);
    observer.asked(order, asked);
    return undefined;
  } catch (thrown) {
    if (signal.aborted) return undefined;
    const error = toPipelineError(thrown);
    if (error.errorClass === 'permanent' || error.errorClass === 'gone') {
      orders.asked(order.orderId);
      observer.failed(order, error, 'refused');
      return undefined;
    }
    const stopMs = stopFor(error);
    if (stopMs === undefined) orders.putOff(order.orderId, PUT_OFF_MS);
    observer.failed(order, error, { afterMs: stopMs ?? PUT_OFF_MS });
    return stopMs;
  }
}

/** Of what concerns all orders. */
function stopFor({ errorClass, code, retryAfterMs }: PipelineError): number | undefined {
  if (errorClass === 'auth') return AUTH_PAUSE_MS;
  if (errorClass === 'throttled' || code === 'breaker-open') return Math.max(retryAfterMs ?? PAUSE_MS, 100);
  return undefined;
}

const pauseFor = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
