import { type Clock, createSystemClock } from './clock.ts';
import { harsh } from './harsh.ts';
import { checkLifeOptions, type LifeOptions, lifePresets } from './lifeOptions.ts';
import { presets, type Switch, switches, type SwitchName, switchNames, type SwitchValues } from './switches.ts';

export type { DuplicateStatus } from './switches.ts';

/** What can be set when the simulator is made. Times are milliseconds unless the name says otherwise. */
export interface SimulatorOptions extends Partial<SwitchValues>, Partial<LifeOptions> {
  /** Turn everything to its harsh side, as `seed` chooses; what is given beside it wins (Default: false). */
  readonly harsh?: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly apiKey?: string;
  /** A client of the identity provider that the tenant trusts. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** What that identity provider is called (Default: oidc.external.simulator). */
  readonly providerId?: string;
  /** Pause between two steps of an order's life; 0: only `POST /_sim/orders/{id}/advance` moves it (Default: 150). */
  readonly stepMs?: number;
  /** tenantFacilityIds that exist from the start. */
  readonly facilities?: readonly string[];
  /** Tags that exist from the start. */
  readonly tags?: readonly TagForCreation[];
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

export interface TagForCreation {
  readonly id: string;
  readonly allowedValues: readonly string[];
}

/** The options that hold; the switches among them may change while the simulator runs. */
export type Settings = Required<Omit<SimulatorOptions, 'harsh'>>;

/** Fills in the defaults. Throws a RangeError that names the option that makes no sense. */
export function toSettings({ harsh: isHarsh = false, ...options }: SimulatorOptions): Settings {
  const settings: Settings = {
    ...presets,
    ...lifePresets,
    user: 'sim@ocff-sim-pre.com',
    password: 'simulator-password',
    apiKey: 'simulator-api-key',
    clientId: 'simulator-client',
    clientSecret: 'simulator-client-secret',
    providerId: 'oidc.external.simulator',
    stepMs: 150,
    facilities: ['store-berlin', 'store-cologne', 'store-hamburg'],
    tags: [],
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
    ...(isHarsh ? harsh(options.seed ?? 1) : {}),
    ...options,
  };
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'number' && !(Number.isFinite(value) && value >= 0)) {
      throw new RangeError(`simulator option ${name} is ${value}; give a number of 0 or more`);
    }
  }
  if (settings.duplicates > 1) throw new RangeError('simulator option duplicates is a probability: give 0 to 1');
  if (settings.webhookConnections < 1) throw new RangeError('simulator option webhookConnections: give 1 or more');
  checkLifeOptions(settings);
  for (const name of switchNames) checkSwitch(name, settings[name]);
  return settings;
}

function checkSwitch(name: SwitchName, value: unknown): void {
  const { values, range } = switches[name] as Switch<unknown>;
  if (values !== undefined && !values.includes(value)) {
    throw new RangeError(`simulator option ${name}: give ${values.join(' or ')}`);
  }
  if (range !== undefined && (value as number) > range.max) {
    throw new RangeError(`simulator option ${name} is ${String(value)}; give at most ${range.max}`);
  }
}
