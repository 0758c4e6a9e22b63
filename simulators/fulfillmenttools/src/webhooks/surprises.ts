import type { Random } from '../core/random.ts';

/** An event on its way to the subscribers. */
export interface Emission {
  readonly event: string;
  readonly payload: object;
  /** What the envelope carries next to the payload. */
  readonly beside: object;
  /** The event that its receivers have subscribed to. */
  readonly subscribedAs: string;
}

const surprises = [unknownFields, unknownStatus, unknownEvent] as const;

/**
 * With this probability something that no reader has heard of, as the vendor announces that it may come at any time. It
 * never takes away or contradicts what the event says: who skips what he does not know ends with the same state.
 */
export function withSurprise(emission: Emission, random: Random, probability: number): readonly Emission[] {
  if (probability === 0 || !random.chance(probability)) return [emission];
  return surprises[random.between(0, surprises.length - 1)]?.(emission) ?? [emission];
}

const novelty = { since: '2027-01-01', weights: [1, { grams: null }] };

/** In the envelope, in the entity and in each of its lines; and a new reason for its status. */
function unknownFields({ payload, beside, ...rest }: Emission): Emission[] {
  const widened = Object.entries(payload).map(([name, value]) => [
    name,
    Array.isArray(value)
      ? value.map((item) => (isObject(item) ? { ...item, simulatedNovelty: novelty } : item))
      : value,
  ]);
  const entity = { ...Object.fromEntries(widened), simulatedNovelty: novelty, subStatus: 'SIMULATED_REASON' };
  return [{ ...rest, payload: entity, beside: { ...beside, simulatedNovelty: novelty } }];
}

/** Shortly before, the entity was in a state without a known name. Its version is lower, so that it does not last. */
function unknownStatus(emission: Emission): Emission[] {
  const { status, version } = emission.payload as { readonly status?: unknown; readonly version?: unknown };
  if (typeof status !== 'string' || typeof version !== 'number' || version < 2) return unknownFields(emission);
  return [
    { ...emission, payload: { ...emission.payload, status: 'SIMULATED_STATUS', version: version - 1 } },
    emission,
  ];
}

/** The same entity comes with an event whose name nobody could subscribe to. */
function unknownEvent(emission: Emission): Emission[] {
  return [emission, { ...emission, event: `${emission.event}_SIMULATED` }];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
