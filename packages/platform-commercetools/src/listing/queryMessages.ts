import type { Message } from '@commercetools/platform-sdk';
import { withSignal } from '../callSignal.ts';
import type { ApiRoot } from '../client.ts';
import { lost, toPlatformError } from '../errors.ts';
import { keysetWhere, type ListPosition, quoted } from './keysetWhere.ts';

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
  try {
    const { body } = await withSignal(signal, () => api.messages().get({ queryArgs }).execute());
    const results: unknown = (body as { results?: unknown } | undefined)?.results;
    if (Array.isArray(results) && results.length <= limit && results.every(isMessage)) return results;
    throw broken('something else than a page of messages');
  } catch (error) {
    throw toPlatformError(error, { write: false });
  }
}

const broken = (what: string) =>
  lost({ request: 'GET /messages', code: 'answer-broken', why: `was answered with ${what}` }, { write: false });

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
