import type { Channel } from '@commercetools/platform-sdk';
import { withSignal } from '../callSignal.ts';
import type { ApiRoot } from '../client.ts';
import { lost, toPlatformError } from '../errors.ts';
import { quoted } from './keysetWhere.ts';

/** What of a listed channel is certain. */
export type ListedChannel = Pick<Channel, 'id' | 'version' | 'key' | 'roles' | 'lastModifiedAt'>;

export interface ChannelPagesRequest {
  readonly api: ApiRoot;
  /** Only channels with one of these; none: all. */
  readonly keys?: readonly string[];
  /** Only channels that have this role. (Default: any) */
  readonly role?: string | undefined;
  /** Channels of one page, 1 to 500. (Default: 500) */
  readonly limit?: number;
  readonly signal: AbortSignal;
}

/**
 * Channels by id, a page at a time; no page is empty. By id, since offsets end at 10,000 and shift when one is deleted
 * meanwhile. Needs the scope view_channels.
 * @throws PipelineError as `call` does.
 */
export async function* channelPages(request: ChannelPagesRequest): AsyncGenerator<readonly ListedChannel[], void> {
  const { api, keys = [], role, limit = 500, signal } = request;
  const filters = [
    ...(keys.length > 0 ? [`key in (${keys.map(quoted).join(', ')})`] : []),
    ...(role === undefined ? [] : [`roles contains any (${quoted(role)})`]),
  ];
  for (let after: string | undefined; ; ) {
    const where = [...(after === undefined ? [] : [`id > ${quoted(after)}`]), ...filters];
    const query = { ...(where.length > 0 && { where }), sort: 'id asc', limit, withTotal: false };
    const page = await readPage(api, query, signal);
    const last = page.at(-1)?.id;
    if (last === undefined) return;
    if (last === after) throw broken('the page before once more');
    yield page;
    if (page.length < limit) return;
    after = last;
  }
}

type Query = NonNullable<NonNullable<Parameters<ReturnType<ApiRoot['channels']>['get']>[0]>['queryArgs']>;

async function readPage(api: ApiRoot, queryArgs: Query, signal: AbortSignal): Promise<readonly ListedChannel[]> {
  try {
    const { body } = await withSignal(signal, () => api.channels().get({ queryArgs }).execute());
    const results: unknown = (body as { results?: unknown } | undefined)?.results;
    if (Array.isArray(results) && results.every(isChannel)) return results;
    throw broken('something else than a page of channels');
  } catch (error) {
    throw toPlatformError(error, { write: false });
  }
}

const broken = (what: string) =>
  lost({ request: 'GET /channels', code: 'answer-broken', why: `was answered with ${what}` }, { write: false });

function isChannel(value: unknown): value is ListedChannel {
  const { id, version, roles } = (value ?? {}) as Partial<Channel>;
  return typeof id === 'string' && typeof version === 'number' && Array.isArray(roles);
}
