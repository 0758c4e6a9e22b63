import { isDeepStrictEqual } from 'node:util';
import { invalidInput, invalidOperation, referencedResourceNotFound } from '../../errors.ts';
import { asFields, compact, optionalText, optionalTime } from '../../input.ts';
import type { Fields, Order, SyncInfo } from '../../model.ts';
import type { ActionContext, UpdateAction } from '../action.ts';

const roles = ['OrderExport', 'OrderImport'];

/** One entry per channel; there is no message for it, so that an export can be marked without an echo. */
function updateSyncInfo(order: Order, action: Fields, context: ActionContext): Order {
  const identifier = asFields(action.channel, 'channel');
  const id = optionalText(identifier, 'id', 'channel -> id');
  const key = optionalText(identifier, 'key', 'channel -> key');
  if (id === undefined && key === undefined) throw invalidInput("A 'channel' needs an 'id' or a 'key'.");
  const channel = context.channel({ ...(id !== undefined && { id }), ...(key !== undefined && { key }) });
  if (!channel) throw referencedResourceNotFound('channel', id ?? key ?? '');
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

export const syncActions: Record<string, UpdateAction> = { updateSyncInfo: { apply: updateSyncInfo } };
