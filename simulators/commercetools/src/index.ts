import { type CommercetoolsSimulatorOptions, toSettings } from './options.ts';
import { createServer } from './server.ts';
import { createSimulation } from './simulation.ts';

export type { ApiClient, CommercetoolsSimulatorOptions, VersionStep } from './options.ts';
/** What every simulated project has, with fixed ids. */
export { channels, shippingMethods } from './seed.ts';
export type { DeliverySettings } from './notifications/settings.ts';

export interface CommercetoolsSimulator {
  /** Starts on 127.0.0.1; port 0 (default) takes a free one. Resolves with the base URL, without a slash at the end. */
  listen(port?: number, host?: string): Promise<string>;
  /** Cuts all connections and forgets pending notifications. It cannot be started again. */
  close(): Promise<void>;
}

/** A commercetools project in memory: HTTP API at `/{projectKey}` and `/oauth/token`, control API at `/_sim`. */
export function createCommercetoolsSimulator(options: CommercetoolsSimulatorOptions = {}): CommercetoolsSimulator {
  const simulation = createSimulation(toSettings(options));
  const app = createServer(simulation);
  return {
    listen: (port = 0, host = '127.0.0.1') => app.listen({ port, host }),
    async close() {
      await app.close();
      await simulation.pusher.close();
    },
  };
}
