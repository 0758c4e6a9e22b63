import type { FastifyInstance } from 'fastify';
import type { World } from '../core/world.ts';
import { notFound } from '../http/problem.ts';

export function registerHandoverJobs(app: FastifyInstance, world: World): void {
  app.get<{ Params: { handoverJobId: string } }>('/api/handoverjobs/:handoverJobId', (request) => {
    const { handoverJobId } = request.params;
    const found = world.state.handoverJobs.get(handoverJobId);
    if (found === undefined) throw notFound('handover job', handoverJobId);
    return found;
  });
}
