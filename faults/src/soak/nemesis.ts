/** What goes wrong in a soak, and when: pure, the seed decides. `strike.ts` does it. */
import { serviceNames, type ServiceName } from '@pipeline/sandbox';
import type { Fault } from '@pipeline/simulator-control';
import { createRandom, type Random } from '../world/random.ts';
import { type Vendor, vendors } from '../world/relay.ts';

/** Which member: each service has SEATS of them, and whoever sits there is started again when it ends. */
export interface Seat {
  readonly service: ServiceName;
  readonly seat: number;
}

/** One thing that goes wrong, `atMs` after the beginning. */
export type Strike = { readonly atMs: number } & (
  | ({ readonly kind: 'kill' | 'stop'; readonly downMs: number } & Seat)
  /** Killed, and started again with a place at which it kills itself. */
  | ({ readonly kind: 'failpoint'; readonly failpoint: string } & Seat)
  /** SIGSTOP, then SIGCONT. */
  | ({ readonly kind: 'freeze'; readonly lastsMs: number } & Seat)
  | ({
      readonly kind: 'cut';
      readonly line: 'broker' | Vendor;
      /** once: connections are reset, new ones are passed on. */
      readonly how: 'cut' | 'black-hole' | 'once';
      readonly lastsMs: number;
    } & Seat)
  /** A third member joins and leaves. */
  | { readonly kind: 'join'; readonly service: ServiceName; readonly lastsMs: number }
  | { readonly kind: 'burst'; readonly vendor: Vendor; readonly fault: Partial<Fault>; readonly lastsMs: number }
  /** Every token of a vendor is ended. */
  | { readonly kind: 'tokens'; readonly vendor: Vendor }
  | { readonly kind: 'broker'; readonly signal: 'SIGTERM' | 'SIGKILL'; readonly downMs: number }
);

export type StrikeKind = Strike['kind'];

export interface PlanOptions {
  readonly seed: number;
  /** All is over by then, but for what takes a process to start. */
  readonly durationMs: number;
  /** Longest pause between two strikes. */
  readonly everyMs: number;
  /** Whether the broker is the run's own. Where it is not, the plan is the same without the strikes on it. */
  readonly brokerRestarts: boolean;
}

export const SEATS = 2;
const SHORTEST_PAUSE_MS = 500;
/** A process needs so long to be back at work. */
const RECOVERY_MS = 8_000;
/** Between two restarts of the broker: else nothing ever gets done. */
const BROKER_PAUSE_MS = 40_000;

const kinds: readonly StrikeKind[] = [
  ...(['kill', 'kill', 'stop', 'stop', 'freeze', 'freeze', 'failpoint', 'failpoint'] as const),
  ...(['cut', 'cut', 'cut', 'join', 'burst', 'burst', 'burst', 'tokens', 'broker'] as const),
];

const failpointsOf: Readonly<Record<ServiceName, readonly [string, ...string[]]>> = {
  'ingest-ct': ['ingest.beforeProduce', 'ingest.afterProduce'],
  'ingest-fft': ['ingest.beforeProduce', 'ingest.afterProduce'],
  'order-router': ['router.beforePost', 'router.afterPost', 'router.afterLedger', 'store.beforeCommit'],
  'status-writer': ['writer.afterPost', 'writer.afterAppend', 'store.beforeCommit', 'store.afterCommit'],
};

/** Who is called by whom. */
const linesOf: Readonly<Record<ServiceName, readonly ['broker', ...('broker' | Vendor)[]]>> = {
  'ingest-ct': ['broker', 'commercetools'],
  'ingest-fft': ['broker', 'fulfillmenttools'],
  'order-router': ['broker', 'fulfillmenttools', 'commercetools'],
  'status-writer': ['broker', 'commercetools'],
};

/**
 * In the order of their times. No member, vendor or broker is struck again before it can have recovered. A shorter plan is
 * the beginning of a longer one with the same `everyMs`, but that everything ends in time.
 */
export function planStrikes({ seed, durationMs, everyMs, brokerRestarts }: PlanOptions): readonly Strike[] {
  const random = createRandom(seed);
  const busyUntil = new Map<string, number>();
  const strikes: Strike[] = [];
  for (let atMs = pause(random, everyMs); atMs < durationMs; atMs += pause(random, everyMs)) {
    const kind = kinds[random.between(0, kinds.length - 1)] as StrikeKind;
    const strike = fit(draw(random, kind, atMs), durationMs);
    const { target, untilMs } = claim(strike);
    if ((busyUntil.get(target) ?? 0) > atMs) continue;
    busyUntil.set(target, untilMs);
    // It has been drawn, and nothing else has the broker for its target: without it the others are the same.
    if (kind !== 'broker' || brokerRestarts) strikes.push(strike);
  }
  return strikes;
}

const pause = (random: Random, everyMs: number): number =>
  random.between(Math.min(SHORTEST_PAUSE_MS, everyMs), everyMs);

function draw(random: Random, kind: StrikeKind, atMs: number): Strike {
  const service = random.pick(serviceNames as unknown as [ServiceName, ...ServiceName[]]);
  const seat = { service, seat: random.between(0, SEATS - 1) };
  const vendor = random.pick(vendors);
  switch (kind) {
    case 'kill':
    case 'stop':
      return { kind, atMs, ...seat, downMs: random.between(0, 3_000) };
    case 'failpoint':
      return { kind, atMs, ...seat, failpoint: `${random.pick(failpointsOf[service])}:kill@${random.between(1, 30)}` };
    case 'freeze':
      // Longer and shorter than a session.
      return { kind, atMs, ...seat, lastsMs: random.between(500, 12_000) };
    case 'cut': {
      const line = random.pick(linesOf[service]);
      const how = random.pick<'cut' | 'black-hole' | 'once'>(['cut', 'black-hole', 'once']);
      return { kind, atMs, ...seat, line, how, lastsMs: how === 'once' ? 0 : random.between(500, 10_000) };
    }
    case 'join':
      return { kind, atMs, service, lastsMs: random.between(1_000, 10_000) };
    case 'burst':
      return { kind, atMs, vendor, fault: drawFault(random), lastsMs: random.between(1_000, 8_000) };
    case 'tokens':
      return { kind, atMs, vendor };
    case 'broker':
      return { kind, atMs, signal: random.pick(['SIGTERM', 'SIGKILL']), downMs: random.between(0, 5_000) };
  }
}

const html = '<html><body><h1>502 Bad Gateway</h1></body></html>';

function drawFault(random: Random): Partial<Fault> {
  const when = random.pick<Fault['when']>(['before', 'after']);
  const fault = random.pick<Partial<Fault>>([
    { status: 500 },
    { status: 502, body: html },
    { status: 503 },
    { status: 504 },
    { action: 'reset' },
    { action: 'cutBody' },
    // Shorter than what the services are told of the vendors.
    { delayMs: random.between(500, 4_000) },
  ]);
  return { ...fault, when, probability: random.between(2, 10) / 10 };
}

/** What has begun ends in time. */
const fit = (strike: Strike, durationMs: number): Strike =>
  'lastsMs' in strike ? { ...strike, lastsMs: Math.min(strike.lastsMs, durationMs - strike.atMs) } : strike;

function claim(strike: Strike): { readonly target: string; readonly untilMs: number } {
  const lasts = 'lastsMs' in strike ? strike.lastsMs : 'downMs' in strike ? strike.downMs : 0;
  const over = (target: string, ms: number) => ({ target, untilMs: strike.atMs + lasts + ms });
  switch (strike.kind) {
    case 'burst':
    case 'tokens':
      return over(strike.vendor, 0);
    case 'broker':
      return over('broker', BROKER_PAUSE_MS);
    case 'join':
      return over(`third ${strike.service}`, RECOVERY_MS);
    default:
      return over(`${strike.service} ${strike.seat}`, RECOVERY_MS);
  }
}

/** How often each kind strikes. */
export const countStrikes = (strikes: readonly Strike[]): Readonly<Partial<Record<StrikeKind, number>>> =>
  Object.fromEntries([...Map.groupBy(strikes, ({ kind }) => kind)].map(([kind, list]) => [kind, list.length]));
