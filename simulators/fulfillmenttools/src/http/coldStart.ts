import type { FastifyInstance } from 'fastify';
import type { World } from '../core/world.ts';

export interface ColdStart {
  /** Lets those go on that wait for the instance, and makes the next call a first one. */
  restart(): void;
}

/**
 * The first API call, and all that come until an instance is there, wait for it (docs: up to 30 s on PRE tenants). They
 * wait with their body, so that one has its effect even if its caller has given up.
 */
export function installColdStart(app: FastifyInstance, { clock, settings }: World): ColdStart {
  let state: 'cold' | 'starting' | 'warm' = 'cold';
  let lastCallMs = clock.now();
  let waiting: (() => void)[] = [];
  let starts = 0;

  const release = (next: typeof state) => {
    state = next;
    const released = waiting;
    waiting = [];
    for (const go of released) go();
  };

  app.addHook('preHandler', (request, _reply, done) => {
    if (!request.url.startsWith('/api/')) return done();
    const { coldStartMs, coldAfterMs } = settings;
    const idleMs = clock.now() - lastCallMs;
    lastCallMs = clock.now();
    if (state === 'warm' && coldAfterMs > 0 && idleMs >= coldAfterMs) state = 'cold';
    if (coldStartMs === 0 || state === 'warm') return done();
    waiting.push(done);
    if (state === 'starting') return;
    state = 'starting';
    starts += 1;
    const start = starts;
    clock.after(coldStartMs, () => {
      if (state === 'starting' && start === starts) release('warm');
    });
  });

  return { restart: () => release('cold') };
}
