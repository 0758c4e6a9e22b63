import { randomUUID } from 'node:crypto';
import { exchangeOf } from '@pipeline/simulator-control';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { concurrentModification, duplicateField, invalidInput, maxResourceLimitExceeded } from '../errors.ts';
import { asFields, optionalList, positiveInteger } from '../input.ts';
import { listParameter, parseQuery, type QueryParameters, toPagedAnswer } from '../query/query.ts';
import { runQuery } from '../query/run.ts';
import { needs, openToAll } from '../scopes.ts';
import type { Simulation } from '../simulation.ts';
import { applySubscriptionAction, parseSubscriptionDraft } from '../subscriptions/parse.ts';
import { type HealthStatus, type Subscription, toAnswer } from '../subscriptions/subscription.ts';
import { keyedFields } from './fields.ts';
import { findKeyed, type KeyedRequest } from './keyed.ts';

const scope = needs('manage_subscriptions');
const maxSubscriptions = 50;
const healthAnswers: Record<HealthStatus, number> = {
  Healthy: 200,
  TemporaryError: 503,
  ConfigurationError: 400,
  ConfigurationErrorDeliveryStopped: 400,
  ManuallySuspended: 400,
};

/** `/subscriptions`: their notifications go to the push targets of the control API that name their key. */
export function registerSubscriptions(app: FastifyInstance, simulation: Simulation): void {
  const { state, settings, quirks, publisher } = simulation;

  const stamp = (request: KeyedRequest) => {
    const exchange = exchangeOf(request);
    exchange.markEffect();
    const lastModifiedAt = new Date(settings.now()).toISOString();
    return { lastModifiedAt, lastModifiedBy: { clientId: exchange.entry.clientId ?? '', isPlatformClient: false } };
  };

  /** Throws ApiError (400) unless what stands behind the destination takes the test notification. */
  async function test(subscription: Subscription): Promise<void> {
    const refused = (await publisher.test(subscription)).find((status) => status === null || status >= 300);
    if (refused !== undefined)
      throw invalidInput(`A test notification could not be delivered to the destination (${refused ?? 'no answer'}).`);
  }

  const effectiveFrom = () => settings.now() + quirks.subscriptionDelayMs;

  app.post('/subscriptions', scope, async (request: KeyedRequest, reply) => {
    const draft = parseSubscriptionDraft(asFields(request.body, 'body'));
    if (draft.key !== undefined && state.subscriptions.byKey(draft.key)) throw duplicateField('key', draft.key);
    if (state.subscriptions.all().length >= maxSubscriptions)
      throw maxResourceLimitExceeded('subscription', maxSubscriptions);
    const created = { ...draft, id: randomUUID(), version: 1, status: 'Healthy', effectiveFrom: effectiveFrom() };
    await test(created as Subscription);
    const { lastModifiedAt, lastModifiedBy } = stamp(request);
    const times = { createdAt: lastModifiedAt, createdBy: lastModifiedBy, lastModifiedAt, lastModifiedBy };
    const subscription = { ...created, ...times } as Subscription;
    state.subscriptions.put(subscription);
    return reply.code(201).send(toAnswer(subscription));
  });

  app.get('/subscriptions', scope, (request, reply) => {
    const query = parseQuery(request.query as QueryParameters, keyedFields);
    const candidates = state.subscriptions.all().map((one) => ({ facets: one, document: () => one }));
    const { page, total } = runQuery(candidates, query);
    const results = page.map(({ facets }) => toAnswer(facets));
    return reply.send(toPagedAnswer(query, results, total));
  });

  app.get('/subscriptions/:id/health', openToAll, (request: KeyedRequest, reply: FastifyReply) =>
    reply.code(healthAnswers[findKeyed(state.subscriptions, request).status]).send(),
  );

  for (const path of ['/subscriptions/:id', '/subscriptions/key=:key']) {
    app.get(path, scope, (request: KeyedRequest, reply) =>
      reply.send(toAnswer(findKeyed(state.subscriptions, request))),
    );

    app.post(path, scope, async (request: KeyedRequest, reply) => {
      const current = findKeyed(state.subscriptions, request);
      const body = asFields(request.body, 'body');
      checkVersion(current, positiveInteger(body, 'version'));
      const actions = optionalList(body, 'actions');
      const changed = actions.reduce(applySubscriptionAction, current);
      const taken = changed.key === undefined ? undefined : state.subscriptions.byKey(changed.key);
      if (taken && taken.id !== current.id) throw duplicateField('key', String(changed.key));
      if (changed === current) return reply.send(toAnswer(current));
      const redirected = changed.destination !== current.destination;
      if (redirected) await test(changed);
      const subscription = {
        ...changed,
        ...stamp(request),
        ...(redirected && { effectiveFrom: effectiveFrom() }),
        version: current.version + 1,
      };
      state.subscriptions.put(subscription);
      if (redirected) publisher.release(subscription);
      return reply.send(toAnswer(subscription));
    });

    app.delete(path, scope, (request: KeyedRequest, reply) => {
      const current = findKeyed(state.subscriptions, request);
      checkVersion(current, Number(listParameter(request.query as QueryParameters, 'version')[0]));
      stamp(request);
      state.subscriptions.delete(current.id);
      return reply.send(toAnswer(current));
    });
  }
}

function checkVersion({ id, version }: Subscription, given: number): void {
  if (!Number.isSafeInteger(given)) throw invalidInput('Malformed parameter: version: a version is required.');
  if (given !== version) throw concurrentModification(id, given, version);
}
