import type { FastifyInstance } from 'fastify';
import type { LoadUnit } from '../core/model.ts';
import type { World } from '../core/world.ts';
import { page, type Query, single } from '../http/paging.ts';
import { badRequest, notFound } from '../http/problem.ts';
import { knownEntity } from './collection.ts';

/** Load units never stand in an event: these reads are the only way to them. */
export function registerLoadUnits(app: FastifyInstance, world: World): void {
  app.get<{ Params: { pickJobId: string } }>('/api/pickjobs/:pickJobId/loadunits', (request) => {
    const { pickJobId } = request.params;
    if (!world.state.pickJobs.has(pickJobId)) throw notFound('pick job', pickJobId);
    const loadUnits = unitsOf(world, pickJobId).filter((unit) => unit.status === 'AVAILABLE');
    return { loadUnits, total: loadUnits.length };
  });

  app.get<{ Params: { loadUnitId: string } }>('/api/loadunits/:loadUnitId', (request) =>
    knownEntity(world.state.loadUnits, 'load unit', request.params.loadUnitId),
  );

  app.get('/api/loadunits', (request) => {
    const query = request.query as Query;
    const pickJobRef = single(query, 'pickJobRef');
    const statuses = [query['statuses'] ?? 'AVAILABLE'].flat();
    if (!statuses.every((status) => status === 'AVAILABLE' || status === 'OBSOLETE')) {
      throw badRequest('Invalid query', 'Parameter statuses takes AVAILABLE and OBSOLETE.');
    }
    const units = pickJobRef === undefined ? [...world.state.loadUnits.values()] : unitsOf(world, pickJobRef);
    const matching = units.filter((unit) => statuses.includes(unit.status));
    return { loadUnits: page(matching, query), total: matching.length };
  });
}

const unitsOf = ({ state }: World, pickJobRef: string): LoadUnit[] =>
  (state.loadUnitsOfPickJob.get(pickJobRef) ?? []).flatMap((id) => state.loadUnits.get(id) ?? []);
