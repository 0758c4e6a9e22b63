import type { FastifyInstance } from 'fastify';
import { exchangeOf } from '@pipeline/simulator-control';
import type { World } from '../core/world.ts';
import { ApiProblem } from '../http/problem.ts';
import { type BulkForceCancel, parseBulkOrderAction } from '../validation/orderAction.ts';
import { forceCancel } from './orderActions.ts';
import { knownOrder } from './orders.ts';
import { checkVersion } from './orderWrites.ts';

/** `POST /api/orders/actions`: up to 15 orders, each for itself; 200 also when each one failed. */
export function registerBulkOrderActions(app: FastifyInstance, world: World): void {
  app.post('/api/orders/actions', (request) => {
    const results = parseBulkOrderAction(request.body).orders.map((entry) => cancelOne(world, entry));
    if (results.some(({ status }) => status === 'UPDATED')) exchangeOf(request).markEffect();
    return results;
  });
}

function cancelOne(world: World, { orderId, version, cancelationReasonId }: BulkForceCancel['orders'][number]) {
  try {
    const record = knownOrder(world, orderId);
    checkVersion(world, record, version);
    forceCancel(world, record, cancelationReasonId);
    return { orderId, status: 'UPDATED' };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    return { orderId, status: 'FAILED', summary: error.errors[0]?.description ?? error.message };
  }
}
