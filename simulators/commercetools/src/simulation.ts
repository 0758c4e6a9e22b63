import { createFaults, createRequestLog, type Faults, type RequestLog } from '@pipeline/simulator-control';
import { createAuth, type Auth } from './auth.ts';
import { createDice, type Dice } from './dice.ts';
import { createPublisher, type Publisher } from './notifications/publisher.ts';
import { createPusher, type Pusher } from './notifications/push.ts';
import { type Settings, toSettings, type VersionStep } from './options.ts';
import { createOutages, type Outages } from './outages.ts';
import { createRandom } from './random.ts';
import { createState, type State } from './state.ts';
import { copyOf, type SwitchSets } from './switchSets.ts';

/** The parts that routes work with. */
export interface Simulation extends SwitchSets {
  /** The version step is a switch too; everything else stays as it was at the start. */
  readonly settings: Settings;
  /** The version step without harshness. */
  readonly usualVersionStep: VersionStep;
  readonly state: State;
  readonly auth: Auth;
  readonly dice: Dice;
  readonly pusher: Pusher;
  readonly publisher: Publisher;
  readonly requests: RequestLog;
  readonly faults: Faults;
  /** What goes wrong by itself, after the faults that were asked for. */
  readonly weather: Outages;
  /** Gives all decisions by chance another seed. */
  reseed(seed: number): void;
  /** As after the start: no orders, targets, faults, history; only access tokens stay valid. */
  reset(): void;
}

export function createSimulation(settings: Settings): Simulation {
  const { projectKey, now } = settings;
  const sets = copyOf(settings);
  const state = createState(settings);
  let roll = createDice(settings.seed);
  const dice: Dice = (purpose, key) => roll(purpose, key);
  const pusher = createPusher({ ...settings, settings: sets.delivery, dice });
  const publisher = createPublisher({
    projectKey,
    state,
    pusher,
    settings: sets.delivery,
    quirks: sets.quirks,
    dice,
    now,
  });
  const requests = createRequestLog(settings.historySize);
  const strikes = createRandom(settings.seed + 3);
  const faults = createFaults((probability) => strikes() < probability);
  const nameOf = (path: string) =>
    path
      .replace(/(?<=\/orders\/)[^/=?]+$/, (id) => state.orders.nameOf(id))
      .replace(/(?<=\/channels\/)[^/=?]+$/, (id) => state.channels.byId(id)?.key ?? id);
  const weather = createOutages({ rates: sets.outages, quirks: sets.quirks, dice, nameOf });
  const current = { ...settings };
  return {
    ...sets,
    settings: current,
    usualVersionStep: settings.harsh ? toSettings({}).versionStep : settings.versionStep,
    state,
    auth: createAuth(settings),
    dice,
    pusher,
    publisher,
    requests,
    faults,
    weather,
    reseed(seed) {
      roll = createDice(seed);
      weather.reset();
    },
    reset() {
      Object.assign(state, createState(settings));
      Object.assign(current, { versionStep: settings.versionStep });
      roll = createDice(settings.seed);
      for (const [name, values] of Object.entries(copyOf(settings)))
        Object.assign(sets[name as keyof SwitchSets], values);
      pusher.reset();
      publisher.reset();
      requests.reset();
      faults.clear();
      weather.reset();
    },
  };
}
