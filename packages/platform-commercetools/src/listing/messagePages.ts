import type { Message } from '@commercetools/platform-sdk';
import { isPipelineError } from '@pipeline/streams';
import type { ListPosition } from './keysetWhere.ts';
import { type MessagesRequest, queryMessages } from './queryMessages.ts';

export interface MessagePage {
  readonly messages: readonly Message[];
  /** Of the last of them; undefined: there are none any more. */
  readonly last: ListPosition | undefined;
}

const LIMITS = [500, 100, 20];
/** A page of many large orders: over the limit of an answer, or of the time for one. */
const tooMuch: ReadonlySet<string> = new Set(['timeout', 'no-answer', 'answer-broken', 'QueryTimedOut']);

/** The next page of messages; one that is too much for an answer is asked for in smaller ones. @throws as `queryMessages`. */
export async function readMessagePage(request: Omit<MessagesRequest, 'limit'>): Promise<MessagePage> {
  for (const limit of LIMITS) {
    try {
      const messages = await queryMessages({ ...request, limit });
      const last = messages.at(-1);
      return { messages, last: last && { time: last.createdAt, id: last.id } };
    } catch (error) {
      const isLast = limit === LIMITS.at(-1);
      if (isLast || request.signal.aborted || !isPipelineError(error) || !tooMuch.has(error.code)) throw error;
    }
  }
  throw new Error('There is no page size.');
}
