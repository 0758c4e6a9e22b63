import type { FastifyInstance } from 'fastify';
import type { World } from '../core/world.ts';
import { createCallWindow } from './window.ts';

/** Answers API calls above the rate with 429, with a Retry-After about every second time. Register it before authentication. */
export function installRateLimit(app: FastifyInstance, { clock, random, settings }: World): void {
  const window = createCallWindow(clock.now, 1_000);
  app.addHook('onRequest', async (request, reply) => {
    const { requestsPerSecond, retryAfterSeconds } = settings;
    if (requestsPerSecond === 0 || !request.url.startsWith('/api/') || window.admits(requestsPerSecond)) return;
    if (random.chance(0.5)) reply.header('retry-after', String(retryAfterSeconds));
    return reply.code(429).send([{ summary: 'Too many requests' }]);
  });
}

/** Lets each API call work for a while. The effect comes after it: a caller that gives up does not know whether it will. */
export function installLatency(app: FastifyInstance, { settings }: World): void {
  app.addHook('preHandler', (request, _reply, done) => {
    if (settings.latencyMs > 0 && request.url.startsWith('/api/')) setTimeout(done, settings.latencyMs);
    else done();
  });
}
