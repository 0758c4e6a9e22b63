import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from '@pipeline/service-kit';
import { isPipelineError } from '@pipeline/streams';
import type { LandBodyOptions } from './landBody.ts';

type Publish = LandBodyOptions['publish'];

export interface PublishHealthOptions {
  /** Can be written now? Rejects when not. */
  readonly probe: () => Promise<void>;
  /** Ends the probing. */
  readonly signal: AbortSignal;
  /** Between a failure and a probe. (Default: 2 s) */
  readonly pause?: () => Promise<void>;
}

/** Whether what is landed can be written, by what became of the last deliveries. */
export interface PublishHealth {
  /** The same, and what becomes of each is noted. */
  watch(publish: Publish): Publish;
  /** Not ready from a failure until a delivery is written, or a probe succeeds: none comes to who is not ready. */
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

export function createPublishHealth({
  probe,
  signal,
  pause = () => sleep(2_000, undefined, { signal, ref: false }).catch(() => undefined),
}: PublishHealthOptions): PublishHealth {
  let failure: { readonly code: string } | undefined;
  let probing = false;

  const probeUntilWell = async (): Promise<void> => {
    probing = true;
    while (failure !== undefined && !signal.aborted) {
      await pause();
      if (signal.aborted) return;
      const known = failure;
      const isWritable = await probe().then(
        () => true,
        () => false,
      );
      // What failed meanwhile says more than the probe.
      if (isWritable && failure === known) failure = undefined;
    }
    probing = false;
  };

  return {
    watch: (publish) => async (messages) => {
      try {
        await publish(messages);
        failure = undefined;
      } catch (error) {
        const code = isPipelineError(error) ? error.code : 'unexpected';
        if (!ownCodes.has(code)) {
          failure = { code };
          if (!probing) void probeUntilWell();
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
