import { createAuth, type Auth } from './auth.ts';
import { createFaults, type Faults } from '@pipeline/simulator-control';
import { createRequestLog, type RequestLog } from '@pipeline/simulator-control';
import { createPublisher, type Publisher } from './notifications/publisher.ts';
import { createPusher, type Pusher } from './notifications/push.ts';
import { type DeliverySettings, defaultDelivery } from './notifications/settings.ts';
import type { Settings } from './options.ts';
import { createRandom, type Random } from './random.ts';
import { createState, type State } from './state.ts';

/** The parts that routes work with. */
export interface Simulation {
  readonly settings: Settings;
  readonly state: State;
  readonly auth: Auth;
  readonly random: Random;
  readonly delivery: DeliverySettings;
  readonly pusher: Pusher;
  readonly publisher: Publisher;
  readonly requests: RequestLog;
  readonly faults: Faults;
  /** As after the start: no orders, targets, faults, history; only access tokens stay valid. */
  reset(): void;
}

export function createSimulation(settings: Settings): Simulation {
  const { projectKey, seed, now } = settings;
  const delivery = { ...defaultDelivery, ...settings.delivery };
  const state = createState();
  const pusher = createPusher({ ...settings, settings: delivery, random: createRandom(seed + 1) });
  const publisher = createPublisher({ projectKey, pusher, settings: delivery, random: createRandom(seed + 2), now });
  const requests = createRequestLog(settings.historySize);
  const strikes = createRandom(seed + 3);
  const faults = createFaults((probability) => strikes() < probability);
  return {
    settings,
    state,
    auth: createAuth(settings),
    random: createRandom(seed),
    delivery,
    pusher,
    publisher,
    requests,
    faults,
    reset() {
      Object.assign(state, createState());
      Object.assign(delivery, defaultDelivery, settings.delivery);
      pusher.reset();
      publisher.reset();
      requests.reset();
      faults.clear();
    },
  };
}
