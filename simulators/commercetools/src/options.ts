import { type DeliverySettings, deliverySwitches } from './notifications/settings.ts';
import { harshOptions } from './harsh.ts';
import { type OutageRates, outageSwitches } from './outages.ts';
import { type Quirks, quirkSwitches } from './quirks.ts';
import { valuesOf } from './switches.ts';

/** One API client of the project; what it changes carries its `clientId` in createdBy/lastModifiedBy. */
export interface ApiClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** What a token is granted when the request names no scope. (Default: `manage_project:<projectKey>`) */
  readonly scope?: string;
}

/** How much a request with at least one effective change raises the version: a whole number in [min, max]. */
export interface VersionStep {
  readonly min: number;
  readonly max: number;
}

export interface CommercetoolsSimulatorOptions {
  /** (Default: `demo-project`) */
  readonly projectKey?: string;
  /** (Default: one, `simulator-client` with `simulator-secret`) */
  readonly clients?: readonly ApiClient[];
  /** Lifetime of access tokens in seconds. (Default: 172,800, as commercetools) */
  readonly tokenLifetimeSeconds?: number;
  /** (Default: 1 to 3: commercetools does not promise steps of one) */
  readonly versionStep?: VersionStep;
  /** Seed of every random decision. (Default: 1) */
  readonly seed?: number;
  /** How notifications are delivered at first; `POST /_sim/delivery` changes it. */
  readonly delivery?: Partial<DeliverySettings>;
  /** Facts of the vendor that are not known; `POST /_sim/quirks` changes them. */
  readonly quirks?: Partial<Quirks>;
  /** What goes wrong by itself; `POST /_sim/outages` changes it. */
  readonly outages?: Partial<OutageRates>;
  /** Delivery, quirks, outages and version steps are on their harsh side unless they are given. (Default: false) */
  readonly harsh?: boolean;
  /** Whether messages are kept for queries from the start; a real project starts without. (Default: true) */
  readonly messagesEnabled?: boolean;
  /** First pause before a refused notification is sent again, in milliseconds; it doubles up to 5 s. (Default: 200) */
  readonly retryBaseMs?: number;
  /** How long a push target may take to answer, in milliseconds. (Default: 10,000) */
  readonly answerTimeoutMs?: number;
  /** Notifications in flight per push target. (Default: 64) */
  readonly connections?: number;
  /** Requests kept in the history; counts cover all. (Default: 100,000) */
  readonly historySize?: number;
  /** The clock, epoch milliseconds. (Default: Date.now) */
  readonly now?: () => number;
}

export type Settings = Readonly<Required<Omit<CommercetoolsSimulatorOptions, 'delivery' | 'quirks' | 'outages'>>> & {
  readonly delivery: DeliverySettings;
  readonly quirks: Quirks;
  readonly outages: OutageRates;
};

export function toSettings(options: CommercetoolsSimulatorOptions): Settings {
  const { harsh = false } = options;
  return {
    projectKey: 'demo-project',
    clients: [{ clientId: 'simulator-client', clientSecret: 'simulator-secret' }],
    tokenLifetimeSeconds: 172_800,
    versionStep: harsh ? harshOptions().versionStep : { min: 1, max: 3 },
    seed: 1,
    retryBaseMs: 200,
    answerTimeoutMs: 10_000,
    connections: 64,
    historySize: 100_000,
    now: Date.now,
    harsh,
    messagesEnabled: true,
    ...options,
    delivery: { ...valuesOf(deliverySwitches, harsh), ...options.delivery },
    quirks: { ...valuesOf(quirkSwitches, harsh), ...options.quirks },
    outages: { ...valuesOf(outageSwitches, harsh), ...options.outages },
  };
}
