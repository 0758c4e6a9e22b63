import { cancelLives } from './lives/cancels.ts';
import { handoverLives } from './lives/handovers.ts';
import { interfacilityLives } from './lives/interfacility.ts';
import type { Life, Outcome } from './lives/life.ts';
import { pickingLives } from './lives/picking.ts';
import { routingLives } from './lives/routing.ts';
import type { Kind, LifeStep, PartName } from './step.ts';

/** Every life that an order can live, by name. */
export const lives = {
  ...routingLives,
  ...pickingLives,
  ...handoverLives,
  ...interfacilityLives,
  ...cancelLives,
} as const satisfies Readonly<Record<string, Life>>;

export type LifeName = keyof typeof lives;
export const lifeNames = Object.keys(lives) as LifeName[];
export const isLifeName = (text: string): text is LifeName => Object.hasOwn(lives, text);
export const lifeOf = (name: LifeName): Life => lives[name];

/** What an order is, as far as a life asks for it. */
export interface Candidate {
  readonly kind: Kind;
  /** Sum of all ordered quantities. */
  readonly pieces: number;
  /** How many there are. */
  readonly facilities: number;
}

/** Why an order cannot live this life; undefined: it can. */
export function lifeRefusal(name: LifeName, { kind, pieces, facilities }: Candidate): string | undefined {
  const { needs = {}, outcome } = lifeOf(name);
  if (outcome[kind] === undefined) return `Life ${name} is none for ${kind}.`;
  if (pieces < (needs.pieces ?? 1)) return `Life ${name} needs ${needs.pieces} pieces, the order has ${pieces}.`;
  if (facilities < (needs.facilities ?? 1)) {
    return `Life ${name} needs ${needs.facilities} facilities; there are ${facilities}.`;
  }
  return undefined;
}

/** The steps of a life after ORDER_CREATED. What is collected has no shipment, but what goes between facilities has. */
export function toSteps(name: LifeName, kind: Kind, tracking = false): readonly LifeStep[] {
  const { steps } = lifeOf(name);
  if (kind === 'COLLECT') return steps.filter((step) => step.part === 'supplier' || !isShipping(step));
  if (!tracking || steps.some(({ event }) => event === 'PARCEL_TRACK_AND_TRACE_STATUS_UPDATED')) return steps;
  const underWay = steps.flatMap((step) =>
    step.event === 'HANDOVERJOB_HANDED_OVER' ? [step, track('transit', step.part, step.nth ?? 0)] : [step],
  );
  const arriving = isTracked(name) ? (lifeOf(name).outcome[kind]?.handoverJobs ?? []) : [];
  return [...underWay, ...arriving.map((part) => track('delivered', part))];
}

const isShipping = ({ event }: LifeStep) => /^(?:SHIPMENT|PARCEL)_/.test(event);

const track = (trackingStatus: 'transit' | 'delivered', part: PartName = 'a', nth?: number): LifeStep => ({
  event: 'PARCEL_TRACK_AND_TRACE_STATUS_UPDATED',
  part,
  trackingStatus,
  ...(nth === undefined ? {} : { nth }),
});

/** Does the `tracking` option let the goods of this life arrive? Not when it says itself how they fare, or forgets them. */
const isTracked = (name: LifeName): boolean =>
  lifeOf(name).outcome.DELIVERY?.shipmentState === 'Shipped' &&
  lifeOf(name).steps.every(
    ({ event }) => event !== 'PARCEL_TRACK_AND_TRACE_STATUS_UPDATED' && event !== 'PROCESS_ANONYMIZED',
  );

/**
 * What a correct pipeline ends with when an order has lived this life to its end; undefined: an order of this kind
 * cannot live it.
 */
export function expectedOutcome(name: LifeName, kind: Kind, tracking = false): Outcome | undefined {
  const outcome = lifeOf(name).outcome[kind];
  const arrives = tracking && kind === 'DELIVERY' && isTracked(name);
  return outcome !== undefined && arrives ? { ...outcome, shipmentState: 'Delivered' } : outcome;
}
