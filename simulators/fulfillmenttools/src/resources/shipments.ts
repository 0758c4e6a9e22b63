import type { FastifyInstance } from 'fastify';
import type { World } from '../core/world.ts';
import { notFound } from '../http/problem.ts';

export function registerShipments(app: FastifyInstance, world: World): void {
  app.get<{ Params: { shipmentId: string } }>('/api/shipments/:shipmentId', (request) => {
    const { shipmentId } = request.params;
    const found = world.state.shipments.get(shipmentId);
    if (found === undefined) throw notFound('shipment', shipmentId);
    return found;
  });
}
