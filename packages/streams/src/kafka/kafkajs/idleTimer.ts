interface RequestQueue {
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  readonly throttledUntil: number;
  readonly pending: readonly unknown[];
  checkPendingRequests(): void;
}

/** The part of kafkajs that holds requests back. */
export interface RequestQueueClass {
  readonly prototype: { scheduleCheckPendingRequests: (this: RequestQueue) => void };
}

const CHECK_MS = 10;

/**
 * kafkajs 2.2.4 arms a timer even when nothing is pending, with a negative delay (`throttledUntil` is -1 then): Node 24
 * warns (TimeoutNegativeWarning, kafkajs issue 1751) and each connection wakes up every millisecond for ever. This one
 * arms it only for what waits. Nothing is lost: a request that has to wait is put into `pending` first.
 */
export function silenceIdleTimer({ prototype }: RequestQueueClass): void {
  prototype.scheduleCheckPendingRequests = scheduleWhenPending;
}

function scheduleWhenPending(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const wait = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    wait > 0 ? wait : CHECK_MS,
  );
}
