import { createRandom, type Random } from './random.ts';

export const duplicateStatuses = [400, 409, 422] as const;
export type DuplicateStatus = (typeof duplicateStatuses)[number];

/** A decision about how the API behaves: as lenient as callers hope, or as harsh as the vendor may be. */
export interface Switch<Value> {
  readonly preset: Value;
  /** What the value means; of one that can be on or off: what happens while it is on. */
  readonly help: string;
  /** Of one that is on by default: what happens while it is off. */
  readonly whenOff?: string;
  readonly range?: { readonly min: number; readonly max: number; readonly whole: boolean };
  readonly values?: readonly Value[];
  /** On the harsh side: a value, or the numbers or the values that the seed chooses from. */
  readonly harsh: Value | { readonly from: number; readonly to: number } | 'any';
}

type Harsh = number | { readonly from: number; readonly to: number };
type Row = { readonly harsh: Harsh; readonly help: string; readonly preset?: number };

const number = ({ preset = 0, ...row }: Row, max: number): Switch<number> => ({
  preset,
  ...row,
  range: { min: 0, max, whole: true },
});
const milliseconds = (row: Row) => number(row, 3_600_000);
const share = (harsh: number, help: string): Switch<number> => ({
  preset: 0,
  harsh,
  help,
  range: { min: 0, max: 1, whole: false },
});
const off = (help: string): Switch<boolean> => ({ preset: false, harsh: true, help });
const on = (row: { readonly harsh: boolean; readonly help: string; readonly whenOff: string }): Switch<boolean> => ({
  preset: true,
  ...row,
});

/**
 * Every switch of the API side. Most stand for a fact that the vendor does not document; the presets cost a caller no
 * time, the harsh side is what a caller must survive. All can be changed while the simulator runs.
 */
export const switches = {
  tokenLifetimeSeconds: number(
    { preset: 3_600, harsh: { from: 30, to: 120 }, help: 'life of an id token' },
    31_536_000,
  ),
  signInsPerMinute: number(
    { preset: 2_000, harsh: { from: 60, to: 120 }, help: 'sign-ins and refreshes in 60 s; more are answered 429' },
    1_000_000,
  ),
  rotateRefreshTokens: off('a refresh token works once'),
  refusedRefreshes: share(0.5, 'share of refreshes that are refused with 400 and end the refresh token'),
  revocations: share(0.01, 'share of API calls whose token is revoked: 401 from this call on'),

  coldStartMs: milliseconds({
    harsh: { from: 5_000, to: 30_000 },
    help: 'how long the first API call, and all that come meanwhile, wait for an instance',
  }),
  coldAfterMs: milliseconds({ harsh: 60_000, help: 'idle time after which the next call is a first one; 0: never' }),
  latencyMs: milliseconds({ harsh: { from: 20, to: 200 }, help: 'how long a call takes before its effect' }),
  requestsPerSecond: number(
    { harsh: { from: 100, to: 300 }, help: 'API calls in a second; more are answered 429; 0: any number' },
    1_000_000,
  ),
  throttled: share(0.03, 'share of API calls that are answered 429 whatever the rate, as while instances scale'),
  retryAfterSeconds: number(
    { preset: 1, harsh: { from: 1, to: 3 }, help: 'Retry-After of every second 429; the others have none' },
    86_400,
  ),
  unavailable: share(0.02, 'share of calls, sign-in included, that fail with 5xx before their effect'),
  lostAnswers: share(0.02, 'share of API calls that have their effect and are answered 5xx or by a reset'),

  indexLagMs: milliseconds({
    preset: 200,
    harsh: { from: 1_000, to: 5_000 },
    help: 'how long a change is invisible to lists, searches and process look-ups',
  }),
  uniqueness: on({
    harsh: true,
    help: 'a tenantOrderId is refused while an order that is OPEN, LOCKED or PROMISED carries it',
    whenOff: 'a repeated tenantOrderId is accepted',
  }),
  duplicateStatus: {
    preset: 409,
    harsh: 'any',
    values: duplicateStatuses,
    help: 'status that refuses a repeated tenantOrderId',
  } as Switch<DuplicateStatus>,
  uniquenessLagMs: milliseconds({
    harsh: { from: 100, to: 1_000 },
    help: 'age of the state that this refusal looks at: concurrent duplicates may pass, a cancel frees late',
  }),

  conflicts: share(0.2, 'share of versioned writes that background work overtakes: 409'),
  bumpUnchanged: off('a write that changes nothing raises the version and sends its event'),
  refuseEmptyStrings: off('an empty text anywhere but in customAttributes is a 400'),
  tagCheck: on({
    harsh: true,
    help: 'a tag, or a value of it, that POST /api/tags did not make is a 400',
    whenOff: 'any tag is accepted',
  }),
  forceCancel: on({
    harsh: false,
    help: 'the tenant allows FORCE_CANCEL',
    whenOff: 'FORCE_CANCEL is refused, as without ordercancelation.allowForceCancelOrder',
  }),
  orderModification: on({
    harsh: false,
    help: 'the tenant allows new order lines',
    whenOff: 'a PATCH of order lines is refused, as without ordermodification',
  }),
  anonymizedReadable: on({
    harsh: false,
    help: 'an anonymized order can still be read',
    whenOff: 'an anonymized order is answered 404',
  }),
};

export type SwitchName = keyof typeof switches;
type ValueOf<S> = S extends Switch<infer Value> ? Value : never;
export type SwitchValues = { readonly [Name in SwitchName]: ValueOf<(typeof switches)[Name]> };

export const switchNames = Object.keys(switches) as SwitchName[];

const toValues = (value: (name: SwitchName, row: Switch<unknown>) => unknown): SwitchValues =>
  Object.fromEntries(switchNames.map((name) => [name, value(name, switches[name])])) as unknown as SwitchValues;

export const presets: SwitchValues = toValues((_, { preset }) => preset);

/** Every switch on its harsh side; the same seed gives the same values. */
export const harshSwitches = (seed: number): SwitchValues =>
  toValues((name, row) => choose(row, createRandom(seed ^ toHash(name))));

function choose({ harsh, values = [] }: Switch<unknown>, random: Random): unknown {
  if (harsh === 'any') return values[random.between(0, values.length - 1)];
  return isSpan(harsh) ? random.between(harsh.from, harsh.to) : harsh;
}

const isSpan = (harsh: unknown): harsh is { readonly from: number; readonly to: number } =>
  typeof harsh === 'object' && harsh !== null && 'from' in harsh;

/** The harsh side in words. */
export const toHarshText = ({ harsh, values = [] }: Switch<unknown>): string => {
  if (harsh === 'any') return values.join(' or ');
  if (typeof harsh === 'boolean') return harsh ? 'on' : 'off';
  return isSpan(harsh) ? `${harsh.from} to ${harsh.to}` : String(harsh);
};

/** FNV-1a: a switch keeps its stream of random numbers when others come or go. */
const toHash = (text: string): number =>
  [...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01_00_01_93) >>> 0, 0x81_1c_9d_c5);
