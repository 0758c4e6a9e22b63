import { type Clock, createSystemClock } from './clock.ts';

/** What can be set when the simulator is made. Times are milliseconds unless the name says otherwise. */
export interface SimulatorOptions {
  readonly user?: string;
  readonly password?: string;
  readonly apiKey?: string;
  /** Life of an id token in seconds (Default: 3600). */
  readonly tokenLifetimeSeconds?: number;
  /** Refuse an order whose tenantOrderId belongs to one that is OPEN, LOCKED or PROMISED (Default: true). */
  readonly uniqueness?: boolean;
  /** Status of that refusal, which the vendor does not document (Default: 409). */
  readonly duplicateStatus?: DuplicateStatus;
  /** How long each call of the API works before its effect and its answer (Default: 0). */
  readonly latencyMs?: number;
  /** How long a change stays invisible to lists, searches and process look-ups (Default: 200). */
  readonly indexLagMs?: number;
  /** Pause between two steps of an order's life; 0: only `POST /_sim/orders/{id}/advance` moves it (Default: 150). */
  readonly stepMs?: number;
  /** tenantFacilityIds that exist from the start. */
  readonly facilities?: readonly string[];
  /** Handover jobs, shipments and parcels carry the order's customAttributes too (Default: false). */
  readonly inheritAttributes?: boolean;
  /** A delivery goes on living after the handover until its parcel is tracked as delivered (Default: false). */
  readonly tracking?: boolean;
  /** First pause before a webhook is repeated; doubles up to 5 s (Default: 200). */
  readonly retryBaseMs?: number;
  /** How long a receiver may take to answer 200 (Default: 10_000). */
  readonly webhookTimeoutMs?: number;
  /** Webhooks under way at one receiver at the same time (Default: 64). */
  readonly webhookConnections?: number;
  /** Probability 0..1 that a webhook is sent a second time with the same eventId (Default: 0). */
  readonly duplicates?: number;
  /** Delay each webhook by a random part of `shuffleMs`, so that they overtake each other (Default: false). */
  readonly shuffle?: boolean;
  readonly shuffleMs?: number;
  readonly seed?: number;
  /** For tests. */
  readonly clock?: Clock;
}

export const duplicateStatuses = [400, 409, 422] as const;
export type DuplicateStatus = (typeof duplicateStatuses)[number];

export type Settings = Required<SimulatorOptions>;

/** Fills in the defaults. Throws a RangeError that names the option that makes no sense. */
export function toSettings(options: SimulatorOptions): Settings {
  const settings: Settings = {
    user: 'sim@ocff-sim-pre.com',
    password: 'simulator-password',
    apiKey: 'simulator-api-key',
    tokenLifetimeSeconds: 3600,
    uniqueness: true,
    duplicateStatus: 409,
    latencyMs: 0,
    indexLagMs: 200,
    stepMs: 150,
    facilities: ['store-berlin', 'store-cologne', 'store-hamburg'],
    inheritAttributes: false,
    tracking: false,
    retryBaseMs: 200,
    webhookTimeoutMs: 10_000,
    webhookConnections: 64,
    duplicates: 0,
    shuffle: false,
    shuffleMs: 400,
    seed: 1,
    clock: options.clock ?? createSystemClock(),
    ...options,
  };
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'number' && !(Number.isFinite(value) && value >= 0)) {
      throw new RangeError(`simulator option ${name} is ${value}; give a number of 0 or more`);
    }
  }
  if (settings.duplicates > 1) throw new RangeError('simulator option duplicates is a probability: give 0 to 1');
  if (settings.webhookConnections < 1) throw new RangeError('simulator option webhookConnections: give 1 or more');
  if (!duplicateStatuses.includes(settings.duplicateStatus)) {
    throw new RangeError('simulator option duplicateStatus: give 400, 409 or 422');
  }
  return settings;
}
