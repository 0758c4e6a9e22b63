import { erased, erasing, erasureRefused, type PlacementStep, type ProviderProcess } from '@pipeline/fulfillment';
import { PipelineError, toPipelineError } from '@pipeline/streams';
import { MOST_CONFLICTS } from './changeOrder.ts';
import { entryOf, type PlacementParts, type Progress, type Work } from './work.ts';

const ANONYMIZE = 'anonymizeProcess';

type EraseStep = Extract<PlacementStep, { readonly do: 'erase' }>;

/**
 * Has the provider make a process anonymous, after a deletion with data erasure: a cancelled one today, one whose goods
 * are under way or have left when the time of grace has passed, since carriers and returns need the address until then.
 * A date that is nearer already stays. The process is read before: one that was told already, or is not there any more,
 * needs nothing.
 */
export function createEraseProcess(parts: PlacementParts) {
  const { provider, records, observer, timing, member, clock, erasureGraceMs } = parts;
  return async (work: Work, { attempt, processId }: EraseStep): Promise<Progress> => {
    const { context, redriveId } = work;
    const now = () => clock().wall;
    if (processId === null) return refuse(work, attempt, withoutProcess(work));
    const read = () => context.read({ name: 'getProcess' }, (signal) => provider.getProcess(processId, signal));
    const process = await read();
    const at = dueAt(work, attempt);
    if (!process || isTold(process, at)) return recordErased(work, attempt);
    const exhausted = context.exhausted({ name: ANONYMIZE });
    if (exhausted) return refuse(work, attempt, exhausted);
    context.ensureNotPaused(ANONYMIZE);
    const intent = erasing(entryOf(work, now()), { attempt, member, redriveId, at: now() });
    const intentAt = await context.state.append(intent);
    try {
      const effect = { name: ANONYMIZE, intentAt, startWithinMs: timing.startWindowMs };
      const { version } = process;
      await context.effect(effect, (permit) => provider.anonymizeProcess({ processId, version, at }, permit));
    } catch (thrown) {
      const error = toPipelineError(thrown);
      if (error.code === 'start-window-passed') return 'again';
      if (error.errorClass === 'permanent' && error.code !== 'defect') return refuse(work, attempt, error);
      const standing = error.errorClass === 'conflict' && context.attempt >= MOST_CONFLICTS;
      if (standing && (await read())?.version === process.version) return refuse(work, attempt, error);
      throw error;
    }
    return recordErased(work, attempt);
  };

  /** Milliseconds since the epoch. */
  function dueAt({ event, context }: Work, attempt: number): number {
    const now = clock().wall;
    const placement = context.state.value?.placements.find((each) => each.attempt === attempt);
    return placement?.status === 'cancelled' ? now : Math.max(now, event.occurredAt + erasureGraceMs);
  }

  async function recordErased(work: Work, attempt: number): Promise<Progress> {
    const at = clock().wall;
    const entry = erased(entryOf(work, at), { attempt, at });
    await work.context.state.append(entry);
    observer.settled(entry, 'erased', { attempt, origin: work.origin });
    return 'again';
  }

  /** The letter is what counts and alerts; a redrive of it tries again. */
  function refuse(work: Work, attempt: number, error: PipelineError): Promise<Progress> {
    const at = clock().wall;
    const { message, httpStatus } = error;
    const letter = new PipelineError('permanent', 'erasure-refused', message, {
      stage: 'call',
      cause: error,
      ...(httpStatus === undefined ? {} : { httpStatus }),
    });
    const entry = erasureRefused(entryOf(work, at), { attempt, redriveId: work.redriveId, at });
    return records.parked(work, entry, letter, 'erasureRefused');
  }
}

const isTold = ({ anonymized, anonymizeAt }: ProviderProcess, due: number): boolean =>
  anonymized || (anonymizeAt !== null && anonymizeAt <= due);

function withoutProcess({ event }: Work): PipelineError {
  const message = `Order ${event.orderId} was deleted with data erasure, but the ledger knows no process of its fulfillment order: erase it at the provider by hand.`;
  return new PipelineError('permanent', 'process-unknown', message, { stage: 'call' });
}
