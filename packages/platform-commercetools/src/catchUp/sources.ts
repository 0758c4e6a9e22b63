import { isPipelineError, PipelineError } from '@pipeline/streams';
import type { ApiRoot } from '../client.ts';
import type { ListPosition } from '../listing/keysetWhere.ts';
import { readMessagePage } from '../listing/messagePages.ts';
import { orderPages } from '../listing/orderPages.ts';
import { type CaughtUpNotification, fromMessage, fromOrder } from './caughtUp.ts';
import { namingScope } from './missingScope.ts';
import { readMessagesConfiguration } from './messagesConfiguration.ts';
import { relevantMessageTypes } from './relevantTypes.ts';

/** Where a reading stands: its time, as commercetools wrote it; with an id everything up to that one has been read. */
interface Position {
  readonly at: string;
  readonly id?: string;
}

interface PageRequest {
  readonly after: Position;
  /** Exclusive, ISO. */
  readonly until: string;
  readonly signal: AbortSignal;
}

interface Page {
  readonly notifications: readonly CaughtUpNotification[];
  /** Behind the last that was read; undefined: there was nothing up to `until` any more. */
  readonly next: Position | undefined;
}

/** What commercetools itself has on record, as notifications. */
export interface CommercetoolsRecord {
  readonly kind: 'messages' | 'orders';
  /**
   * Can it be relied on? How long it is kept, in milliseconds; undefined: for ever, or not known.
   * @throws PipelineError `permanent`, `messages-off`.
   */
  check(signal: AbortSignal): Promise<{ readonly retentionMs: number | undefined }>;
  /** Ascending by (time, id). @throws PipelineError; `scope-missing` names the scope. */
  readPage(request: PageRequest): Promise<Page>;
}

export interface RecordOptions {
  readonly api: ApiRoot;
  readonly projectKey: string;
}

const DAY = 86_400_000;
/** Orders are large, and of those that were read at once few are wanted. */
const ORDERS = 100;

/** The messages of the project that matter. Needs view_messages, and view_project_settings to see that it keeps any. */
export function createMessageRecord(
  { api, projectKey }: RecordOptions,
  /** Told once that it cannot be seen whether the project keeps messages. */
  onUnknown: (error: unknown) => void = () => undefined,
): CommercetoolsRecord {
  let told = false;
  return {
    kind: 'messages',
    async check(signal) {
      try {
        const { enabled, deleteDaysAfterCreation } = await readMessagesConfiguration(api, signal);
        if (!enabled) throw messagesOff(projectKey);
        return { retentionMs: deleteDaysAfterCreation * DAY };
      } catch (error) {
        if (!isPipelineError(error) || error.httpStatus !== 403) throw error;
        if (!told) onUnknown(namingScope(error, `view_project_settings:${projectKey}`));
        told = true;
        return { retentionMs: undefined };
      }
    },
    async readPage({ after, until, signal }) {
      try {
        const request = {
          api,
          types: relevantMessageTypes,
          from: after.at,
          to: until,
          after: toPosition(after),
          signal,
        };
        const { messages, last } = await readMessagePage(request);
        const notifications = messages.map((message) => fromMessage(message, projectKey));
        return { notifications, next: last && { at: last.time, id: last.id } };
      } catch (error) {
        throw namingScope(error, `view_messages:${projectKey}`);
      }
    },
  };
}

/**
 * The orders that were changed, for projects that keep no messages. Needs view_orders. It cannot tell of deleted orders,
 * nor of payment states; orders that are neither confirmed nor cancelled are left out.
 */
export const createOrderRecord = ({ api, projectKey }: RecordOptions): CommercetoolsRecord => ({
  kind: 'orders',
  check: () => Promise.resolve({ retentionMs: undefined }),
  async readPage({ after, until, signal }) {
    const pages = orderPages({
      api,
      by: 'lastModifiedAt',
      from: after.at,
      to: until,
      after: toPosition(after),
      where: ['orderState in ("Confirmed", "Cancelled")'],
      limit: ORDERS,
      signal,
    });
    try {
      const { value: page } = await pages.next();
      if (!page) return { notifications: [], next: undefined };
      const { orders, last } = page;
      return {
        notifications: orders.map((order) => fromOrder(order, projectKey)),
        next: { at: last.time, id: last.id },
      };
    } catch (error) {
      throw namingScope(error, `view_orders:${projectKey}`);
    }
  },
});

const toPosition = ({ at, id }: Position): ListPosition | undefined =>
  id === undefined ? undefined : { time: at, id };

const messagesOff = (projectKey: string): PipelineError =>
  new PipelineError(
    'permanent',
    'messages-off',
    `The commercetools project ${projectKey} keeps no messages that could be queried, so nothing can be caught up from them. Switch them on (project update action changeMessagesConfiguration), or set CT_CATCH_UP=orders.`,
    { stage: 'call' },
  );
