import { randomUUID } from 'node:crypto';
import type { Subscription } from '../core/model.ts';
import type { Publish, World } from '../core/world.ts';
import { createRandom } from '../core/random.ts';
import { seedOf } from '../core/seed.ts';
import { createSender, type Sender } from './sender.ts';
import { type Emission, withSurprise } from './surprises.ts';

/** What `POST /_sim/delivery` changes while the simulator runs. */
export interface DeliverySettings {
  duplicates: number;
  shuffle: boolean;
  shuffleMs: number;
  retryBaseMs: number;
  /** Probability that an event is emitted a second time with another eventId. */
  reEmissions: number;
  /** Probability that an event is lost: no subscriber ever hears of it. */
  lost: number;
}

export interface DeliveryCounts {
  /** Requests made, repeats included. */
  sent: number;
  delivered: number;
  retried: number;
  /** Deliveries that were neither delivered nor given up yet. */
  pending: number;
  /** Given up: subscription deleted, or older than seven days. */
  dropped: number;
  /** Deliveries that exist only because an event was sent twice. */
  duplicates: number;
  /** Deliveries that exist only because an event was emitted twice. */
  reEmitted: number;
  /** Events that were not sent at all; not counted by event. */
  lost: number;
}

interface Delivery {
  readonly subscription: Subscription;
  readonly body: string;
  readonly since: number;
  readonly counts: readonly DeliveryCounts[];
  attempt: number;
}

export interface Webhooks {
  readonly settings: DeliverySettings;
  readonly publish: Publish;
  total(): DeliveryCounts;
  byEvent(): Readonly<Record<string, DeliveryCounts>>;
  /** Forgets what is under way and the counts; puts the settings back. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Vendor: kept for seven days. */
const keepMs = 7 * 24 * 3_600_000;
const longestPauseMs = 5_000;
const longestDuplicateDelayMs = 500;

/** Pause before try `attempt` + 1 (1-based), doubling from the base. */
export const backoffMs = (attempt: number, baseMs: number): number =>
  Math.min(longestPauseMs, baseMs * 2 ** Math.min(attempt - 1, 30));

/**
 * Delivers events to the subscribers: at least once, in no order, each delivery on its own. Only the answer 200 within
 * the time limit ends it; anything else repeats it, and nothing waits for a repeat.
 */
export function createWebhooks(world: World): Webhooks {
  const { clock, random } = world;
  const settings = initialSettings(world);
  let total = noCounts();
  let perEvent = new Map<string, DeliveryCounts>();
  let sender = createSender(world.settings);

  const tally = (delivery: Delivery, changes: Partial<DeliveryCounts>) => {
    for (const counts of delivery.counts) {
      for (const [name, by] of Object.entries(changes)) counts[name as keyof DeliveryCounts] += by;
    }
  };

  const attempt = async (delivery: Delivery, through: Sender): Promise<void> => {
    const { subscription } = delivery;
    if (!world.state.subscriptions.has(subscription.id) || clock.now() - delivery.since > keepMs) {
      return tally(delivery, { pending: -1, dropped: 1 });
    }
    delivery.attempt += 1;
    const outcome = await through.send(toRequest(subscription, delivery.body), () =>
      tally(delivery, delivery.attempt > 1 ? { sent: 1, retried: 1 } : { sent: 1 }),
    );
    if (through !== sender) return;
    if (outcome === 200) return tally(delivery, { pending: -1, delivered: 1 });
    clock.after(backoffMs(delivery.attempt, settings.retryBaseMs), () => void attempt(delivery, through));
  };

  const start = (delivery: Delivery, delayMs: number) => {
    tally(delivery, { pending: 1 });
    const through = sender;
    if (delayMs === 0) void attempt(delivery, through);
    else clock.after(delayMs, () => void attempt(delivery, through));
  };

  /** `tallied`: what makes these deliveries count as something else too. */
  const emit = ({ subscribedAs, event, payload, beside }: Emission, delayMs: number, tallied = {}) => {
    const subscriptions = [...world.state.subscriptions.values()].filter(
      (subscription) => subscription.event === subscribedAs && concerns(subscription, payload),
    );
    if (subscriptions.length === 0) return;
    const body = JSON.stringify({ event, eventId: randomUUID(), ...beside, payload });
    const ofEvent = perEvent.get(event) ?? noCounts();
    perEvent.set(event, ofEvent);
    for (const subscription of subscriptions) {
      const fresh = (): Delivery => ({
        ...{ subscription, body, since: clock.now() },
        counts: [total, ofEvent],
        attempt: 0,
      });
      const delivery = fresh();
      tally(delivery, tallied);
      const shuffledMs = delayMs + (settings.shuffle ? random.between(0, settings.shuffleMs) : 0);
      start(delivery, shuffledMs);
      if (settings.duplicates > 0 && random.chance(settings.duplicates)) {
        const duplicate = fresh();
        tally(duplicate, { duplicates: 1 });
        start(duplicate, shuffledMs + random.between(0, longestDuplicateDelayMs));
      }
    }
  };

  /** By a chance of its own, so that losing some changes nothing about the others. */
  const isLost = (event: string, payload: object): boolean =>
    settings.lost > 0 &&
    createRandom(seedOf(world.settings.seed, 'lost', event, ...identityOf(payload))).chance(settings.lost);

  return {
    settings,
    publish(event, payload, beside = {}) {
      if (isLost(event, payload)) {
        total.lost += 1;
        return;
      }
      const emission = { event, payload, beside, subscribedAs: event };
      const chance = createRandom(seedOf(world.settings.seed, event, ...identityOf(payload)));
      for (const emitted of withSurprise(emission, chance, world.settings.surprises)) {
        emit(emitted, 0);
        if (settings.reEmissions > 0 && chance.chance(settings.reEmissions)) {
          emit(emitted, chance.between(0, longestDuplicateDelayMs), { reEmitted: 1 });
        }
      }
    },
    total: () => ({ ...total }),
    byEvent: () => Object.fromEntries(perEvent),
    async reset() {
      const former = sender;
      sender = createSender(world.settings);
      total = noCounts();
      perEvent = new Map();
      Object.assign(settings, initialSettings(world));
      await former.close();
    },
    close: () => sender.close(),
  };
}

const initialSettings = ({ settings }: World): DeliverySettings => ({
  duplicates: settings.duplicates,
  shuffle: settings.shuffle,
  shuffleMs: settings.shuffleMs,
  retryBaseMs: settings.retryBaseMs,
  reEmissions: settings.reEmissions,
  lost: 0,
});

const noCounts = (): DeliveryCounts => ({
  ...{ sent: 0, delivered: 0, retried: 0, pending: 0, dropped: 0 },
  ...{ duplicates: 0, reEmitted: 0, lost: 0 },
});

/** What is the same in every run: ids are not. */
function identityOf(payload: object): (string | number)[] {
  const { tenantOrderId = '', version = 0, shortId = '' } = payload as Readonly<Record<string, string | number>>;
  return [tenantOrderId, version, shortId];
}

/** A subscription may be narrowed to facilities; entities without one concern everybody. */
function concerns(subscription: Subscription, payload: object): boolean {
  const facilities = subscription.contexts?.find((context) => context.type === 'FACILITY')?.values;
  const facilityRef = 'facilityRef' in payload ? payload.facilityRef : undefined;
  return facilities === undefined || typeof facilityRef !== 'string' || facilities.includes(facilityRef);
}

function toRequest(subscription: Subscription, body: string) {
  const { callbackUrl, headers } = subscription.target ?? subscription;
  return {
    url: callbackUrl ?? '',
    headers: Object.fromEntries((headers ?? []).map((header) => [header.key.toLowerCase(), header.value])),
    body,
  };
}
