import type { PipelineError } from '@pipeline/streams';
import { withSignal } from '../callSignal.ts';
import { lost, toPlatformError } from '../errors.ts';
import { quoted } from './keysetWhere.ts';

export interface PageQuery<Item> {
  /** As the path names them. */
  readonly of: 'channels' | 'messages' | 'orders' | 'stores';
  readonly ask: () => Promise<{ readonly body: unknown }>;
  readonly isItem: (value: unknown) => value is Item;
  readonly signal: AbortSignal;
}

/**
 * One page of a Query API. An answer that is none is as good as no answer: a page taken for empty would end a listing.
 * @throws PipelineError as `call` does.
 */
export async function queryPage<Item>({ of, ask, isItem, signal }: PageQuery<Item>): Promise<readonly Item[]> {
  try {
    const { body } = await withSignal(signal, ask);
    const results: unknown = (body as { results?: unknown } | undefined)?.results;
    if (Array.isArray(results) && results.every(isItem)) return results;
    throw brokenPage(of, `something else than a page of ${of}`);
  } catch (error) {
    throw toPlatformError(error, { write: false });
  }
}

/** An answer to a query that cannot be the one to it. */
export const brokenPage = (of: PageQuery<never>['of'], what: string): PipelineError =>
  lost({ request: `GET /${of}`, code: 'answer-broken', why: `was answered with ${what}` }, { write: false });

export interface PagesById<Item> extends Pick<PageQuery<Item>, 'of' | 'isItem' | 'signal'> {
  readonly ask: (queryArgs: ByIdQuery) => Promise<{ readonly body: unknown }>;
  /** Predicates that hold for all of them. */
  readonly filters?: readonly string[];
  /** Items of one page, 1 to 500. */
  readonly limit: number;
}

export type ByIdQuery = {
  readonly where?: string[];
  readonly sort: string;
  readonly limit: number;
  readonly withTotal: boolean;
};

/**
 * All by id, a page at a time; no page is empty. By id, since offsets end at 10,000 and shift when one is deleted meanwhile.
 * @throws PipelineError as `call` does.
 */
export async function* pagesById<Item extends { readonly id: string }>(
  request: PagesById<Item>,
): AsyncGenerator<readonly Item[], void> {
  const { of, isItem, signal, ask, filters = [], limit } = request;
  for (let after: string | undefined; ; ) {
    const where = [...(after === undefined ? [] : [`id > ${quoted(after)}`]), ...filters];
    const query = { ...(where.length > 0 && { where }), sort: 'id asc', limit, withTotal: false };
    const page = await queryPage({ of, isItem, signal, ask: () => ask(query) });
    const last = page.at(-1)?.id;
    if (last === undefined) return;
    if (last === after) throw brokenPage(of, 'the page before once more');
    yield page;
    if (page.length < limit) return;
    after = last;
  }
}
