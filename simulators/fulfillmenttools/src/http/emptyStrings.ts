import type { FastifyInstance } from 'fastify';
import type { World } from '../core/world.ts';
import { ApiProblem } from './problem.ts';

/**
 * Refuses an empty text in any write, when that is switched on. The vendor's schema forbids it in some fields only;
 * customAttributes belong to the caller and may hold anything.
 */
export function refuseEmptyStrings(app: FastifyInstance, { settings }: World): void {
  app.addHook('preHandler', (request, _reply, done) => {
    const isWrite = request.url.startsWith('/api/') && !request.url.endsWith('/search');
    const found = settings.refuseEmptyStrings && isWrite ? [...emptyStrings(request.body, 'body')] : [];
    if (found.length === 0) return done();
    done(
      new ApiProblem(400, ...found.map((at) => ({ summary: 'Invalid request body', description: `${at} is empty` }))),
    );
  });
}

function* emptyStrings(value: unknown, where: string): Generator<string> {
  if (value === '') yield where;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (name !== 'customAttributes') yield* emptyStrings(member, `${where}.${name}`);
  }
}
