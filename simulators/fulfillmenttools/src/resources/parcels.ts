import type { FastifyInstance } from 'fastify';
import type { World } from '../core/world.ts';
import { notFound } from '../http/problem.ts';

export function registerParcels(app: FastifyInstance, world: World): void {
  app.get<{ Params: { parcelId: string } }>('/api/parcels/:parcelId', (request) => {
    const { parcelId } = request.params;
    const found = world.state.parcels.get(parcelId);
    if (found === undefined) throw notFound('parcel', parcelId);
    return found;
  });
}
