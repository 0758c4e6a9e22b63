import { isDeepStrictEqual } from 'node:util';
import { invalidOperation, referencedResourceNotFound } from '../../errors.ts';
import { asFields, compact, optionalText, optionalTime } from '../../input.ts';
import type { Fields, Order, SyncInfo } from '../../model.ts';
import type { ActionContext, UpdateAction } from '../action.ts';
import { parseIdentifier } from '../customFields.ts';

const roles = ['OrderExport', 'OrderImport'];

/** One entry per channel; there is no message for it, so that an export can be marked without an echo. */
function updateSyncInfo(order: Order, action: Fields, context: ActionContext): Order {
  const identifier = parseIdentifier(asFields(action.channel, 'channel'), 'channel');
  const channel = context.channel(identifier);
  if (!channel) throw referencedResourceNotFound('channel', identifier.id ?? identifier.key ?? '');
  if (!roles.some((role) => (channel.roles as readonly string[]).includes(role)))
    throw invalidOperation(`The channel '${channel.key}' needs the role ${roles.join(' or ')}.`);
  const entry = compact({
    channel: { typeId: 'channel', id: channel.id },
    externalId: optionalText(action, 'externalId'),
    syncedAt: optionalTime(action, 'syncedAt') ?? context.now,
  }) as SyncInfo;
  const others = order.syncInfo.filter((known) => known.channel.id !== channel.id);
  const known = order.syncInfo.find((candidate) => candidate.channel.id === channel.id);
  return isDeepStrictEqual(known, entry) ? order : { ...order, syncInfo: [...others, entry] };
}

export const syncActions: Record<string, UpdateAction> = {
  updateSyncInfo: { members: ['channel', 'externalId', 'syncedAt'], apply: updateSyncInfo },
};
