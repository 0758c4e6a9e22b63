import type { FastifyInstance } from 'fastify';
import type { OrderRecord } from '../core/orderStore.ts';
import { createState, type World } from '../core/world.ts';
import type { Tokens } from '../http/authentication.ts';
import type { Faults } from '../http/faults.ts';
import type { History } from '../http/history.ts';
import { type Query, single } from '../http/paging.ts';
import { badRequest } from '../http/problem.ts';
import type { Lives } from '../life/life.ts';
import { parseDelivery, parseFault, parseReset, parseTokenExpiry } from '../validation/control.ts';
import type { Webhooks } from '../webhooks/delivery.ts';
import { seedFacilities } from './facilities.ts';
import { knownOrder } from './orders.ts';

export interface ControlParts {
  readonly world: World;
  readonly lives: Lives;
  readonly history: History;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  readonly tokens: Tokens;
}

/** What tests and demos see and steer; no part of the vendor's API, no token needed. */
export function registerControl(app: FastifyInstance, parts: ControlParts): void {
  const { world, lives, history, faults, webhooks, tokens } = parts;

  app.get('/_sim/requests', (request) => {
    const query = request.query as Query;
    return history.entries({
      method: single(query, 'method')?.toUpperCase(),
      path: single(query, 'path'),
      sinceMs: toNumber(query, 'since', (text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text))),
      limit: toNumber(query, 'limit', Number),
    });
  });
  app.get('/_sim/requests/summary', () => history.summary());

  app.get('/_sim/orders', () => world.state.orders.all().map(toCompact));
  app.post<{ Params: { orderId: string } }>('/_sim/orders/:orderId/advance', (request) => {
    const record = knownOrder(world, request.params.orderId);
    const advanced = lives.advance(record);
    return { advanced, ...toCompact(record) };
  });

  app.get('/_sim/webhooks', () => ({ ...webhooks.total(), byEvent: webhooks.byEvent() }));
  app.get('/_sim/delivery', () => webhooks.settings);
  app.post('/_sim/delivery', (request) => Object.assign(webhooks.settings, parseDelivery(request.body)));

  app.get('/_sim/faults', () => faults.list());
  app.post('/_sim/faults', (request, reply) => reply.code(201).send(faults.add(parseFault(request.body))));
  app.delete('/_sim/faults', () => {
    faults.clear();
    return { faults: 0 };
  });

  app.post('/_sim/tokens/expire', (request) => {
    tokens.expireAll(parseTokenExpiry(request.body ?? {}).refresh ?? false);
    return { expired: true };
  });

  app.post('/_sim/reset', async (request) => {
    const { keepSubscriptions = false } = parseReset(request.body ?? {});
    const { subscriptions } = world.state;
    world.clock.clear();
    world.state = createState(world.settings);
    seedFacilities(world);
    if (keepSubscriptions) for (const [id, kept] of subscriptions) world.state.subscriptions.set(id, kept);
    faults.clear();
    history.reset();
    await webhooks.reset();
    return { reset: true };
  });
}

/** Throws a 400 when the parameter is there and no number comes of it. */
function toNumber(query: Query, name: string, convert: (text: string) => number): number | undefined {
  const text = single(query, name);
  const value = text === undefined ? undefined : convert(text);
  if (Number.isNaN(value)) throw badRequest('Invalid query', `Parameter ${name} is '${text}'.`);
  return value;
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
