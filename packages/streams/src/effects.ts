import { PipelineError } from './errors.ts';

/**
 * Leave to change something at a vendor, once. `issuePermit` is called by the stream runtime only, right before the
 * call, after what must be on record is on record.
 */
export interface EffectPermit {
  readonly effect: string;
  readonly signal: AbortSignal;
}

const unused = new WeakSet<EffectPermit>();

/** By signal of a permit. */
const grounds = new WeakMap<AbortSignal, () => boolean>();

/**
 * For the stream runtime and for tests of an adapter; nothing else may call it.
 *
 * @param stillHolds whether what the permit was issued for still holds, by the clocks. (Default: until `signal` aborts)
 */
export function issuePermit(effect: string, signal: AbortSignal, stillHolds?: () => boolean): EffectPermit {
  const permit: EffectPermit = Object.freeze({ effect, signal });
  unused.add(permit);
  if (stillHolds) grounds.set(signal, stillHolds);
  return permit;
}

/**
 * May a request of the call under this signal leave now? An adapter asks right before the first byte: who waited for a
 * token, a turn or a connection may have been frozen meanwhile, and wakes before any timer of its deadline.
 */
export function maySend(signal: AbortSignal): boolean {
  return !signal.aborted && (grounds.get(signal)?.() ?? true);
}

/**
 * Called by an adapter's write method as its first step.
 * @throws PipelineError `transient`, `notSent`: `permit-refused`, it was used or not issued here; `permit-withdrawn`, it
 * has run out.
 */
export function usePermit(permit: EffectPermit): void {
  const issued = unused.delete(permit);
  if (issued && maySend(permit.signal)) return;
  if (issued) throw permitWithdrawn(permit.effect);
  throw refused('permit-refused', permit.effect, 'was used already or not issued by the runtime');
}

/** For an adapter, when `maySend` says no. @param what the call */
export const permitWithdrawn = (what: string): PipelineError => refused('permit-withdrawn', what, 'no longer holds');

const refused = (code: string, what: string, why: string): PipelineError =>
  new PipelineError('transient', code, `The permit for ${what} ${why}; nothing was sent.`, {
    notSent: true,
    stage: 'call',
  });
