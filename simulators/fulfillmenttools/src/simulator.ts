import { createFaults, installFaults } from '@pipeline/simulator-control';
import { createRequestLog, recordRequests } from '@pipeline/simulator-control';
import { controlPrefix } from '@pipeline/simulator-control';
import { type SimulatorOptions, toSettings } from './core/options.ts';
import { createLiveSettings } from './core/liveSettings.ts';
import { createWorld } from './core/world.ts';
import { createTokens, requireToken } from './http/authentication.ts';
import { installColdStart } from './http/coldStart.ts';
import { refuseEmptyStrings } from './http/emptyStrings.ts';
import { createIdentityProvider } from './http/identityProvider.ts';
import { installLatency, installRateLimit } from './http/limits.ts';
import { createServer } from './http/server.ts';
import { createWeather } from './http/weather.ts';
import { createLives } from './life/life.ts';
import { registerBulkOrderActions } from './resources/bulkOrderActions.ts';
import { registerControl } from './resources/control.ts';
import { registerEntities } from './resources/entities.ts';
import { registerFacilities, seedFacilities } from './resources/facilities.ts';
import { registerFacilityUpdate } from './resources/facilityUpdate.ts';
import { registerIdpToken } from './resources/idpToken.ts';
import { registerLoadUnits } from './resources/loadUnits.ts';
import { registerOrderActions } from './resources/orderActions.ts';
import { registerOrderLineActions } from './resources/orderLineActions.ts';
import { registerOrderSearch } from './resources/orderSearch.ts';
import { registerOrders } from './resources/orders.ts';
import { registerOrderUpdate } from './resources/orderUpdate.ts';
import { registerProcessActions } from './resources/processActions.ts';
import { registerProcesses } from './resources/processes.ts';
import { registerSignIn } from './resources/signIn.ts';
import { registerStatus } from './resources/status.ts';
import { registerSubscriptions } from './resources/subscriptions.ts';
import { registerTags, seedTags } from './resources/tags.ts';
import { createWebhooks } from './webhooks/delivery.ts';

export interface FulfillmenttoolsSimulator {
  /** Listens and resolves with the base URL, for the API, its sign-in services and `/idp/token` (Defaults: any free port of 127.0.0.1). */
  listen(port?: number, host?: string): Promise<string>;
  /** Stops serving, the lives of all orders and all deliveries. */
  close(): Promise<void>;
}

/** Requests in the history, at least; the summary counts all. */
const keptRequests = 100_000;

/**
 * A strict, stateful stand-in for the fulfillmenttools cloud, in memory.
 * Throws a RangeError that names the option that makes no sense.
 */
export function createFulfillmenttoolsSimulator(options: SimulatorOptions = {}): FulfillmenttoolsSimulator {
  const world = createWorld(toSettings(options));
  const webhooks = createWebhooks(world);
  world.publish = webhooks.publish;
  seedFacilities(world);
  seedTags(world);
  const lives = createLives(world);
  const tokens = createTokens(world);
  const identityProvider = createIdentityProvider(world);

  const app = createServer();
  const requests = createRequestLog(keptRequests);
  recordRequests(app, requests, world.clock.now);
  const faults = createFaults(world.random.chance);
  const weather = createWeather(faults, world);
  installFaults(app, weather.faults, () => '');
  const coldStart = installColdStart(app, world);
  installRateLimit(app, world);
  requireToken(app, tokens, world);
  installLatency(app, world);
  refuseEmptyStrings(app, world);
  const settings = createLiveSettings(world, (change) => {
    const ofDelivery = Object.entries(change).filter(([name]) => name in webhooks.settings);
    Object.assign(webhooks.settings, Object.fromEntries(ofDelivery));
    weather.restart();
    coldStart.restart();
  });

  registerSignIn(app, world, { tokens, identityProvider });
  registerIdpToken(app, world, identityProvider);
  registerOrders(app, world, lives);
  registerOrderSearch(app, world);
  registerOrderActions(app, world, lives);
  registerOrderLineActions(app, world);
  registerBulkOrderActions(app, world);
  registerOrderUpdate(app, world);
  registerFacilities(app, world);
  registerFacilityUpdate(app, world);
  registerTags(app, world);
  registerEntities(app, world);
  registerLoadUnits(app, world);
  registerProcesses(app, world);
  registerProcessActions(app, world);
  registerSubscriptions(app, world);
  registerStatus(app);
  const parts = { world, lives, requests, faults, webhooks, tokens, settings };
  app.register(async (scope) => registerControl(scope, parts), { prefix: controlPrefix });

  return {
    listen: (port = 0, host = '127.0.0.1') => app.listen({ port, host }),
    async close() {
      world.clock.clear();
      await webhooks.close();
      await app.close();
      // What was under way has put its repeat on it.
      world.clock.clear();
    },
  };
}
