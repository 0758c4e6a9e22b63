import { createFaults, installFaults } from '@pipeline/simulator-control';
import { createRequestLog, recordRequests } from '@pipeline/simulator-control';
import { controlPrefix } from '@pipeline/simulator-control';
import { type SimulatorOptions, toSettings } from './core/options.ts';
import { createWorld } from './core/world.ts';
import { createTokens, requireToken } from './http/authentication.ts';
import { createServer } from './http/server.ts';
import { createLives } from './life/life.ts';
import { registerControl } from './resources/control.ts';
import { registerFacilities, seedFacilities } from './resources/facilities.ts';
import { registerHandoverJobs } from './resources/handoverJobs.ts';
import { registerLoadUnits } from './resources/loadUnits.ts';
import { registerOrderActions } from './resources/orderActions.ts';
import { registerOrderSearch } from './resources/orderSearch.ts';
import { registerOrders } from './resources/orders.ts';
import { registerParcels } from './resources/parcels.ts';
import { registerPickJobs } from './resources/pickJobs.ts';
import { registerProcesses } from './resources/processes.ts';
import { registerShipments } from './resources/shipments.ts';
import { registerSignIn } from './resources/signIn.ts';
import { registerStatus } from './resources/status.ts';
import { registerSubscriptions } from './resources/subscriptions.ts';
import { createWebhooks } from './webhooks/delivery.ts';

export interface FulfillmenttoolsSimulator {
  /** Listens on 127.0.0.1 and resolves with the base URL, for the API and both sign-in services (Default port: any free one). */
  listen(port?: number): Promise<string>;
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
  const lives = createLives(world);
  const tokens = createTokens(world);

  const app = createServer();
  const requests = createRequestLog(keptRequests);
  recordRequests(app, requests, world.clock.now);
  const faults = createFaults(world.random.chance);
  installFaults(app, faults, () => '');
  requireToken(app, tokens);
  const { latencyMs } = world.settings;
  if (latencyMs > 0) {
    // The effect comes after the wait: a caller that gives up meanwhile does not know whether it will happen.
    app.addHook('preHandler', (request, _reply, done) => {
      if (request.url.startsWith('/api/')) setTimeout(done, latencyMs);
      else done();
    });
  }

  registerSignIn(app, world, tokens);
  registerOrders(app, world, lives);
  registerOrderSearch(app, world);
  registerOrderActions(app, world, lives);
  registerFacilities(app, world);
  registerPickJobs(app, world);
  registerLoadUnits(app, world);
  registerHandoverJobs(app, world);
  registerShipments(app, world);
  registerParcels(app, world);
  registerProcesses(app, world);
  registerSubscriptions(app, world);
  registerStatus(app);
  const parts = { world, lives, requests, faults, webhooks, tokens };
  app.register(async (scope) => registerControl(scope, parts), { prefix: controlPrefix });

  return {
    listen: (port = 0) => app.listen({ port, host: '127.0.0.1' }),
    async close() {
      world.clock.clear();
      await webhooks.close();
      await app.close();
    },
  };
}
