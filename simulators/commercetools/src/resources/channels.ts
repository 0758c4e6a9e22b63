import { randomUUID } from 'node:crypto';
import { exchangeOf } from '@pipeline/simulator-control';
import type { FastifyInstance } from 'fastify';
import { applyChannelAction } from '../channels/applyAction.ts';
import { type Channel, parseChannelDraft } from '../channels/channel.ts';
import { concurrentModification, duplicateField, invalidInput, invalidJsonInput } from '../errors.ts';
import { asFields, optionalList, positiveInteger } from '../input.ts';
import type { ChangeKind } from '../notifications/message.ts';
import { listParameter, type QueryParameters } from '../query/query.ts';
import { needs } from '../scopes.ts';
import type { Simulation } from '../simulation.ts';
import { findKeyed, type KeyedRequest, registerReads } from './keyed.ts';

const maxActions = 500;
const manage = needs('manage_channels');

/** `/channels`: read, query, create, update, delete. Subscriptions to their changes are told; there are no messages. */
export function registerChannels(app: FastifyInstance, { state, settings, dice, publisher }: Simulation): void {
  registerReads(app, { path: '/channels', scope: 'view_channels', store: () => state.channels });

  const stamp = (request: KeyedRequest) => {
    const exchange = exchangeOf(request);
    exchange.markEffect();
    const lastModifiedAt = new Date(settings.now()).toISOString();
    return { lastModifiedAt, lastModifiedBy: { clientId: exchange.entry.clientId ?? '', isPlatformClient: false } };
  };

  function tell({ id, key }: Channel, change: { kind: ChangeKind; version: number; oldVersion?: number }): void {
    const now = new Date(settings.now()).toISOString();
    publisher.tell({ subject: { typeId: 'channel', id, identifiers: { key } }, name: key, now, ...change });
  }

  const stepAfter = ({ key, version }: Channel): number => {
    const { min, max } = settings.versionStep;
    return min + Math.floor(dice('version step', `${key}@${version}`) * (max - min + 1));
  };

  app.post('/channels', manage, (request: KeyedRequest, reply) => {
    const draft = parseChannelDraft(asFields(request.body, 'body'));
    if (state.channels.byKey(draft.key)) throw duplicateField('key', draft.key);
    const { lastModifiedAt, lastModifiedBy } = stamp(request);
    const times = { createdAt: lastModifiedAt, createdBy: lastModifiedBy, lastModifiedAt, lastModifiedBy };
    const channel: Channel = { ...draft, id: randomUUID(), version: 1, ...times };
    state.channels.put(channel);
    tell(channel, { kind: 'ResourceCreated', version: 1 });
    return reply.code(201).send(channel);
  });

  for (const path of ['/channels/:id', '/channels/key=:key']) {
    app.post(path, manage, (request: KeyedRequest, reply) => {
      const current = findKeyed(state.channels, request);
      const body = asFields(request.body, 'body');
      const version = positiveInteger(body, 'version');
      const actions = parseActions(body);
      if (version !== current.version) throw concurrentModification(current.id, version, current.version);
      const find = (key: string) => state.channels.byKey(key)?.id;
      const changed = actions.reduce<Channel>((channel, action) => applyChannelAction(channel, action, find), current);
      if (changed === current) return reply.send(current);
      const channel = { ...changed, version: version + stepAfter(current), ...stamp(request) };
      state.channels.put(channel);
      tell(channel, { kind: 'ResourceUpdated', version: channel.version, oldVersion: version });
      return reply.send(channel);
    });

    app.delete(path, manage, (request: KeyedRequest, reply) => {
      const current = findKeyed(state.channels, request);
      const version = Number(listParameter(request.query as QueryParameters, 'version')[0]);
      if (!Number.isSafeInteger(version))
        throw invalidInput('Malformed parameter: version: a version is required to delete.');
      if (version !== current.version) throw concurrentModification(current.id, version, current.version);
      stamp(request);
      state.channels.delete(current.id);
      tell(current, { kind: 'ResourceDeleted', version: version + stepAfter(current) });
      return reply.send(current);
    });
  }
}

function parseActions(body: ReturnType<typeof asFields>) {
  if (body.actions === undefined || body.actions === null) throw invalidJsonInput('actions: Missing required value');
  const actions = optionalList(body, 'actions');
  if (actions.length > maxActions)
    throw invalidInput(`An update takes at most ${maxActions} actions, got ${actions.length}.`);
  return actions;
}
