import type { RawMessage } from '../message.ts';
import type { Topology } from '../topology.ts';
import type { ValueCodec } from './keyExecution.ts';
import type { PartitionWork } from './partitionWork.ts';

/**
 * Does the state of its key show that a message has nothing left to do, as most of a replay has not? Known without
 * decoding it, mostly at once. false while the state of the partition is not there.
 *
 * Throws, or rejects with, what the codec does of the state.
 */
export type IsPassedOver = (raw: RawMessage, work: PartitionWork) => boolean | Promise<boolean>;

export function createPassOver({
  topology: { passesOver, state },
  codec,
}: {
  readonly topology: Topology<unknown, unknown>;
  readonly codec: ValueCodec;
}): IsPassedOver {
  if (!passesOver || !state) return () => false;
  return (raw, work) => {
    const { store } = work;
    if (!store || work.status !== 'open') return false;
    const bytes = store.get(raw.key ?? '');
    const value = bytes && codec.decode(state, bytes);
    // Looked at last: decoding may have waited for the registry, and the store been replaced meanwhile.
    const decide = (known: unknown): boolean =>
      work.store === store && work.status === 'open' && passesOver(raw.headers, known);
    return value instanceof Promise ? value.then(decide) : decide(value);
  };
}

/** false, too, where it is not known at once: then the way that all messages go finds it out, and meets the failure. */
export function isPassedOverAtOnce(isPassedOver: IsPassedOver, raw: RawMessage, work: PartitionWork): boolean {
  try {
    const passed = isPassedOver(raw, work);
    if (typeof passed === 'boolean') return passed;
    passed.catch(() => undefined);
    return false;
  } catch {
    return false;
  }
}
