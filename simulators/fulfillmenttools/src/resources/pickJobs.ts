import type { FastifyInstance } from 'fastify';
import type { World } from '../core/world.ts';
import { notFound } from '../http/problem.ts';

export function registerPickJobs(app: FastifyInstance, world: World): void {
  app.get<{ Params: { pickJobId: string } }>('/api/pickjobs/:pickJobId', (request) => {
    const { pickJobId } = request.params;
    const pickJob = world.state.pickJobs.get(pickJobId);
    if (pickJob === undefined) throw notFound('pick job', pickJobId);
    return pickJob;
  });
}
