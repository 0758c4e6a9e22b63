import type { FastifyInstance } from 'fastify';
import type { Faults } from '@pipeline/simulator-control';
import type { RequestLog } from '@pipeline/simulator-control';
import { registerRequestsAndFaults } from '@pipeline/simulator-control';
import { openControlScope, type Problem } from '@pipeline/simulator-control';
import type { OrderRecord } from '../core/orderStore.ts';
import { anonymizeOrder, deleteOrder } from '../core/erasure.ts';
import type { LiveSettings } from '../core/liveSettings.ts';
import { createState, type World } from '../core/world.ts';
import type { Tokens } from '../http/authentication.ts';
import { ApiProblem } from '../http/problem.ts';
import type { Lives } from '../life/life.ts';
import { parseDelivery, parseReset, parseTokenExpiry } from '../validation/control.ts';
import type { Webhooks } from '../webhooks/delivery.ts';
import { describeLife, registerLives } from './controlLives.ts';
import { registerSettings } from './controlSettings.ts';
import { seedFacilities } from './facilities.ts';
import { knownOrder } from './orders.ts';
import { seedTags } from './tags.ts';

export interface ControlParts {
  readonly world: World;
  readonly lives: Lives;
  readonly requests: RequestLog;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  readonly tokens: Tokens;
  readonly settings: LiveSettings;
}

/** `/_sim/*`: what tests and demos see and steer; no part of the vendor's API, no token needed. */
export function registerControl(app: FastifyInstance, parts: ControlParts): void {
  const { world, lives, requests, faults, webhooks, tokens, settings } = parts;
  openControlScope(app, explain);
  registerRequestsAndFaults(app, parts);
  registerSettings(app, world, settings);
  registerLives(app, world, lives);

  app.get('/orders', () =>
    world.state.orders
      .all()
      .filter(({ removedAtMs }) => removedAtMs === undefined)
      .map((record) => toCompact(world, record)),
  );
  app.get('/facilities', () => [...world.state.facilities.values()]);
  app.post<{ Params: { orderId: string } }>('/orders/:orderId/advance', (request) => {
    const record = knownOrder(world, request.params.orderId);
    const advanced = lives.advance(record);
    return { advanced, ...toCompact(world, record) };
  });

  app.delete<{ Params: { orderId: string } }>('/orders/:orderId', (request, reply) => {
    deleteOrder(world, knownOrder(world, request.params.orderId));
    return reply.code(204).send();
  });
  app.post<{ Params: { orderId: string } }>('/orders/:orderId/anonymize', (request, reply) => {
    anonymizeOrder(world, knownOrder(world, request.params.orderId));
    return reply.code(204).send();
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
    settings.restore();
    world.state = createState(world.settings);
    seedFacilities(world);
    seedTags(world);
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

function toCompact(world: World, record: OrderRecord) {
  const { order, createdAtMs, collect } = record;
  return {
    id: order.id,
    tenantOrderId: order.tenantOrderId ?? null,
    status: order.status,
    version: order.version,
    commercetoolsOrderId: order.customAttributes?.['commercetoolsOrderId'] ?? null,
    customAttributes: order.customAttributes ?? {},
    createdAtMs,
    collect,
    ...describeLife(world, record),
  };
}
