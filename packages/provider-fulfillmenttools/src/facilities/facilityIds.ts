import { PipelineError } from '@pipeline/streams';
import { toFields, toList, toText } from '../fields.ts';
import type { FulfillmenttoolsClient } from '../http/client.ts';

/** The most that the vendor's lists give at once; 25 where nothing is said. */
const PAGE_SIZE = 500;

export interface FacilityIdsRequest {
  readonly client: Pick<FulfillmenttoolsClient, 'call'>;
  /** Facilities of one page, 1 to 500. (Default: 500) */
  readonly size?: number;
  readonly signal: AbortSignal;
}

/**
 * Ids of all facilities and suppliers of the tenant. The list says nothing of their attributes: `get` does.
 * @throws PipelineError those of the client; `transient`, `provider-answer-broken` for what is no page, or not the next.
 */
export async function listFacilityIds(request: FacilityIdsRequest): Promise<readonly string[]> {
  const { client, size = PAGE_SIZE, signal } = request;
  const ids = new Set<string>();
  for (let after: string | undefined; ; ) {
    const query = { size, ...(after === undefined ? {} : { startAfterId: after }) };
    const { body } = await client.call({ method: 'GET', path: '/api/facilities', query, write: false, signal });
    const { facilities } = toFields(body);
    const page = toList(facilities).map(({ id }) => toText(id));
    if (!Array.isArray(facilities) || page.some((id) => id === null || ids.has(id))) throw broken();
    for (const id of page) if (id !== null) ids.add(id);
    after = page.at(-1) ?? undefined;
    // Not a page that is shorter: the vendor may give fewer than it was asked for.
    if (after === undefined) return [...ids];
  }
}

const broken = () =>
  new PipelineError(
    'transient',
    'provider-answer-broken',
    'GET /api/facilities at fulfillmenttools was answered without a readable page of facilities, or with one a second time.',
    { stage: 'call' },
  );
