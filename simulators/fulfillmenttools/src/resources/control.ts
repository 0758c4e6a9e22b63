import type { FastifyInstance } from 'fastify';
import type { Faults } from '@pipeline/simulator-control';
import type { RequestLog } from '@pipeline/simulator-control';
import { registerRequestsAndFaults } from '@pipeline/simulator-control';
import { openControlScope, type Problem } from '@pipeline/simulator-control';
import type { OrderRecord } from '../core/orderStore.ts';
import { createState, type World } from '../core/world.ts';
import type { Tokens } from '../http/authentication.ts';
import { ApiProblem } from '../http/problem.ts';
import type { Lives } from '../life/life.ts';
import { parseDelivery, parseReset, parseTokenExpiry } from '../validation/control.ts';
import type { Webhooks } from '../webhooks/delivery.ts';
import { seedFacilities } from './facilities.ts';
import { knownOrder } from './orders.ts';

export interface ControlParts {
  readonly world: World;
  readonly lives: Lives;
  readonly requests: RequestLog;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  readonly tokens: Tokens;
}

/** `/_sim/*`: what tests and demos see and steer; no part of the vendor's API, no token needed. */
export function registerControl(app: FastifyInstance, parts: ControlParts): void {
  const { world, lives, requests, faults, webhooks, tokens } = parts;
  openControlScope(app, explain);
  registerRequestsAndFaults(app, parts);

  app.get('/orders', () => world.state.orders.all().map(toCompact));
  app.post<{ Params: { orderId: string } }>('/orders/:orderId/advance', (request) => {
    const record = knownOrder(world, request.params.orderId);
    const advanced = lives.advance(record);
    return { advanced, ...toCompact(record) };
  });

  app.get('/webhooks', () => ({ ...webhooks.total(), byEvent: webhooks.byEvent() }));
  app.get('/delivery', () => webhooks.settings);
  app.post('/delivery', (request) => Object.assign(webhooks.settings, parseDelivery(request.body)));

  app.post('/tokens/expire', (request, reply) => {
    tokens.expireAll(parseTokenExpiry(request.body ?? {}).refresh ?? false);
    return reply.code(204).send();
  });

  app.post('/reset', async (request, reply) => {
    const { keepSubscriptions = false } = parseReset(request.body ?? {});
    const { subscriptions } = world.state;
    world.clock.clear();
    world.state = createState(world.settings);
    seedFacilities(world);
    if (keepSubscriptions) for (const [id, kept] of subscriptions) world.state.subscriptions.set(id, kept);
    faults.clear();
    requests.reset();
    await webhooks.reset();
    return reply.code(204).send();
  });
}

function explain(error: Error): Problem | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  return {
    status: error.status,
    message: error.errors.map(({ description, summary }) => description ?? summary).join(' '),
  };
}

const toCompact = ({ order, createdAtMs, collect, step, ahead }: OrderRecord) => ({
  id: order.id,
  tenantOrderId: order.tenantOrderId ?? null,
  status: order.status,
  version: order.version,
  commercetoolsOrderId: order.customAttributes?.['commercetoolsOrderId'] ?? null,
  customAttributes: order.customAttributes ?? {},
  createdAtMs,
  collect,
  lifeEnded: ahead.length === 0,
  step,
});
