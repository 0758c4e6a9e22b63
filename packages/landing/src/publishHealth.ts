import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from '@pipeline/service-kit';
import { isPipelineError } from '@pipeline/streams';
import type { LandBodyOptions } from './landBody.ts';

type Publish = LandBodyOptions['publish'];

export interface PublishHealthOptions {
  /** Are the brokers and the topic there? Rejects when not. It writes nothing, so it cannot see a missing right to write. */
  readonly probe: () => Promise<void>;
  /** Ends the probing. */
  readonly signal: AbortSignal;
  /** Milliseconds. (Default: a real pause) */
  readonly pause?: (ms: number) => Promise<void>;
}

/** Whether what is landed can be written, by what became of the last deliveries. */
export interface PublishHealth {
  /** The same, and what becomes of each is noted. */
  watch(publish: Publish): Publish;
  /**
   * Not ready from a failure until a delivery is written. None comes to who is not ready, so what a probe can judge is
   * over when it succeeds; after any other failure it is ready again for a try when a pause has passed and the probe
   * succeeds. The pause doubles with each try that fails.
   */
  check(): Check;
}

/** Of the delivery itself, or of too many at a time: that says nothing of the topic. */
const ownCodes = new Set([
  'message-too-large',
  'message-refused',
  'batch-refused',
  'defect',
  'producer-backlog',
  'producer-closed',
]);

/** What is over when brokers and topic are there. */
const seenByProbe = new Set(['unknown-topic', 'broker-unavailable']);

const pauseMs = 2_000;
const longestPauseMs = 60_000;

export function createPublishHealth({
  probe,
  signal,
  pause = (ms) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined),
}: PublishHealthOptions): PublishHealth {
  let failure: { readonly code: string } | undefined;
  /** Times that it was ready for a try since a delivery was written. */
  let tries = 0;
  let recovering = false;

  const recover = async (): Promise<void> => {
    recovering = true;
    while (failure !== undefined && !signal.aborted) {
      const { code } = failure;
      await pause(seenByProbe.has(code) ? pauseMs : Math.min(pauseMs * 2 ** tries, longestPauseMs));
      if (signal.aborted) return;
      const known = failure;
      const isThere = await probe().then(
        () => true,
        () => false,
      );
      // What failed meanwhile says more than the probe.
      if (known === undefined || !isThere || failure !== known) continue;
      if (!seenByProbe.has(known.code)) tries += 1;
      failure = undefined;
    }
    recovering = false;
  };

  return {
    watch: (publish) => async (messages) => {
      try {
        await publish(messages);
        failure = undefined;
        tries = 0;
      } catch (error) {
        const code = isPipelineError(error) ? error.code : 'unexpected';
        if (!ownCodes.has(code)) {
          failure = { code };
          if (!recovering) void recover();
        }
        throw error;
      }
    },
    check: () =>
      failure === undefined
        ? { ok: true }
        : { ok: false, reasons: [`the last delivery could not be written: ${failure.code}`] },
  };
}
