import type { Endpoint, LandingHooks } from '../endpoint.ts';
import type { LandingMessage } from '../landingMessage.ts';
import { createLandingServer, type LandingServer, type LandingServerOptions } from '../landingServer.ts';
import type { PushTransport } from '../transports/transport.ts';

/** A landing server at /hook that writes down what it would publish and what its hooks hear. */
export async function startLanding(
  transport: PushTransport,
  {
    toRecords = (value) => [{ key: 'key-1', value, id: null }],
    ...options
  }: Partial<LandingServerOptions> & Partial<Pick<Endpoint, 'toRecords'>> = {},
) {
  const published: LandingMessage[] = [];
  const heard: string[] = [];
  const hooks: LandingHooks = {
    landed: ({ count }) => void heard.push(`landed ${count}`),
    control: (kind) => void heard.push(kind),
    rejected: (reason) => void heard.push(reason),
  };
  const server: LandingServer = await createLandingServer({
    host: '127.0.0.1',
    port: 0,
    endpoints: [{ path: '/hook', transport, toRecords }],
    publish: async (messages) => void published.push(...messages),
    source: 'commercetools',
    producer: 'ingest-ct@1.2.3',
    hooks,
    ...options,
  });
  return { server, published, heard };
}
