import { ControlRefusal } from '@pipeline/simulator-control';
import type { FastifyInstance } from 'fastify';
import type { OrderRecord } from '../core/orderStore.ts';
import type { World } from '../core/world.ts';
import { changeLife } from '../life/begin.ts';
import { expectedOf } from '../life/expected.ts';
import type { Lives } from '../life/life.ts';
import { lifeNames, lifeOf } from '../life/lives.ts';
import { parseLife, parseLives } from '../validation/lives.ts';
import { knownOrder } from './orders.ts';

/** `/_sim/lives` and `/_sim/orders/{id}/life`: what orders can live, which of it they live, how fast, and how strange. */
export function registerLives(app: FastifyInstance, world: World, lives: Lives): void {
  const chosen = () => {
    const { lives: life, stepMs, surprises, tracking, inheritAttributes, inheritTenantOrderId } = world.settings;
    return { lives: life, stepMs, surprises, tracking, inheritAttributes, inheritTenantOrderId };
  };
  app.get('/lives', () => ({ ...chosen(), known: lifeNames.map((name) => ({ name, ...lifeOf(name) })) }));
  app.post('/lives', (request) => {
    Object.assign(world.settings, parseLives(request.body));
    return chosen();
  });

  app.get<{ Params: { orderId: string } }>('/orders/:orderId/life', (request) =>
    describeLife(world, knownOrder(world, request.params.orderId)),
  );
  app.post<{ Params: { orderId: string } }>('/orders/:orderId/life', (request) => {
    const record = knownOrder(world, request.params.orderId);
    const { life, stepMs } = parseLife(request.body);
    const refusal = life === undefined || life === record.life ? undefined : changeLife(world, record, life);
    if (refusal !== undefined) throw new ControlRefusal(refusal);
    if (stepMs !== undefined) record.stepMs = stepMs;
    lives.start(record);
    return describeLife(world, record);
  });
}

/** What a checker needs to know: `expected` is null until the life has ended. */
export const describeLife = (world: World, record: OrderRecord) => ({
  life: record.life,
  lifeEnded: record.ahead.length === 0,
  step: record.step,
  expected: expectedOf(world, record) ?? null,
});
