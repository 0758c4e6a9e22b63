import type { Message } from '@commercetools/platform-sdk';
import type { ApiRoot } from '../client.ts';
import { keysetWhere, type ListPosition, quoted } from './keysetWhere.ts';
import { brokenPage, queryPage } from './queryPage.ts';

export interface MessagesRequest {
  readonly api: ApiRoot;
  readonly types: readonly string[];
  /** Inclusive, ISO. Not used once there is `after`. */
  readonly from: string;
  /** Exclusive, ISO. */
  readonly to: string;
  readonly after?: ListPosition | undefined;
  /** 1 to 500. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/**
 * One page of the Messages Query API, ascending by (createdAt, id), without its total. Needs the scope view_messages. A
 * project that keeps no messages answers with none.
 * @throws PipelineError as `call` does.
 */
export async function queryMessages(request: MessagesRequest): Promise<readonly Message[]> {
  const { api, types, limit, signal } = request;
  const where = [keysetWhere({ by: 'createdAt', ...request }), `type in (${types.map(quoted).join(', ')})`];
  const queryArgs = { where, sort: ['createdAt asc', 'id asc'], limit, withTotal: false };
  const ask = () => api.messages().get({ queryArgs }).execute();
  const messages = await queryPage({ of: 'messages', ask, isItem: isMessage, signal });
  if (messages.length <= limit) return messages;
  throw brokenPage('messages', 'more messages than were asked for');
}

function isMessage(value: unknown): value is Message {
  const { id, type, createdAt, resource } = (value ?? {}) as Partial<Message>;
  return (
    typeof id === 'string' &&
    typeof type === 'string' &&
    typeof createdAt === 'string' &&
    !Number.isNaN(Date.parse(createdAt)) &&
    typeof resource?.id === 'string'
  );
}
