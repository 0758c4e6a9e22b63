import type { FastifyInstance } from 'fastify';
import type { Subscription } from '../core/model.ts';
import { isListed, newEntity, type World } from '../core/world.ts';
import { exchangeOf } from '@pipeline/simulator-control';
import { page, type Query } from '../http/paging.ts';
import { badRequest, notFound } from '../http/problem.ts';
import { parseSubscription } from '../validation/subscription.ts';

/** Vendor limit per event and tenant. */
const maxPerEvent = 5;

export function registerSubscriptions(app: FastifyInstance, world: World): void {
  app.post('/api/subscriptions', (request, reply) => {
    const body = parseSubscription(request.body);
    const { subscriptions } = world.state;
    if ([...subscriptions.values()].filter(({ event }) => event === body.event).length >= maxPerEvent) {
      throw badRequest('Too many subscriptions', `There are ${maxPerEvent} subscriptions for ${body.event} already.`);
    }
    const subscription: Subscription = { ...body, ...newEntity(world) };
    subscriptions.set(subscription.id, subscription);
    exchangeOf(request).markEffect();
    return reply.code(201).header('location', `/api/subscriptions/${subscription.id}`).send(subscription);
  });

  app.get('/api/subscriptions', (request) => {
    const all = [...world.state.subscriptions.values()].filter((subscription) => isListed(world, subscription));
    return { subscriptions: page(all, request.query as Query), total: all.length };
  });

  app.delete<{ Params: { subscriptionId: string } }>('/api/subscriptions/:subscriptionId', (request) => {
    const { subscriptionId } = request.params;
    const subscription = world.state.subscriptions.get(subscriptionId);
    if (subscription === undefined) throw notFound('subscription', subscriptionId);
    world.state.subscriptions.delete(subscriptionId);
    exchangeOf(request).markEffect();
    return subscription;
  });
}
