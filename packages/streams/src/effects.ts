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

/** For the stream runtime and for tests of an adapter; nothing else may call it. */
export function issuePermit(effect: string, signal: AbortSignal): EffectPermit {
  const permit: EffectPermit = Object.freeze({ effect, signal });
  unused.add(permit);
  return permit;
}

/**
 * Called by an adapter's write method as its first step.
 * @throws PipelineError `transient`, `notSent`, when the permit was used, was not issued here, or has run out.
 */
export function usePermit(permit: EffectPermit): void {
  const issued = unused.delete(permit);
  if (issued && !permit.signal.aborted) return;
  const why = issued ? 'has run out' : 'was used already or not issued by the runtime';
  throw new PipelineError('transient', 'permit-refused', `The permit for ${permit.effect} ${why}; nothing was sent.`, {
    notSent: true,
    stage: 'call',
  });
}
