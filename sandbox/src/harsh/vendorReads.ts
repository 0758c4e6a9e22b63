import { setTimeout as sleep } from 'node:timers/promises';
import { type Addresses, simulatorCredentials } from '../environment.ts';
import type { HandoverJobRead, ItemReturnJobRead, OrderRead, ParcelRead, Work } from './parts.ts';

const TRIES = 20;
const PAUSE_MS = 250;
/** The longest that a harsh simulator holds a call for a cold start, and more. */
const TIMEOUT_MS = 45_000;

export interface VendorReads {
  /** The whole order, as commercetools has it. Changes nothing and needs no token. */
  order(id: string): Promise<OrderRead>;
  /** What fulfillmenttools did for its order of this id. */
  work(providerOrderId: string): Promise<Work>;
}

/** Where the simulators are. */
export interface Simulators {
  readonly addresses: Pick<Addresses, 'commercetoolsUrl' | 'fulfillmenttoolsUrl'>;
}

/** Reads from both simulators, through whatever weather they make. Rejects when one does not answer for good. */
export function createVendorReads({ addresses }: Simulators): VendorReads {
  const { commercetoolsUrl, fulfillmenttoolsUrl } = addresses;
  let token: Promise<string> | undefined;

  async function signIn(): Promise<string> {
    const { user: email, password, apiKey } = simulatorCredentials.fulfillmenttools;
    const url = `${fulfillmenttoolsUrl}/v1/accounts:signInWithPassword?key=${apiKey}`;
    const { idToken } = await persist<{ idToken: string }>(url, () =>
      postJson(url, { email, password, returnSecureToken: true }),
    );
    return idToken;
  }

  async function get<Answer>(path: string): Promise<Answer> {
    const url = `${fulfillmenttoolsUrl}${path}`;
    return persist<Answer>(url, async () => {
      token ??= signIn();
      const used = token;
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${await used}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.status === 401 && token === used) token = undefined;
      return response;
    });
  }

  const getAll = <Entity>(path: string, ids: readonly string[]): Promise<Entity[]> =>
    Promise.all(ids.map((id) => get<Entity>(`${path}/${id}`)));

  return {
    order(id) {
      // The control API has no read of one order; a change of nothing answers with it.
      const url = `${commercetoolsUrl}/_sim/orders/${id}/update`;
      return persist<OrderRead>(url, () => postJson(url, { actions: [] }));
    },
    async work(providerOrderId) {
      const { processId } = await get<{ processId: string }>(`/api/orders/${providerOrderId}`);
      const process = await get<ProcessRead>(`/api/processes/${processId}`);
      const handoverJobs = await getAll<HandoverJobRead>('/api/handoverjobs', process.handoverJobRefs);
      const parcelIds = handoverJobs.flatMap(({ handoverJobParcelInfo }) => handoverJobParcelInfo?.parcelRef ?? []);
      const [parcels, itemReturnJobs] = await Promise.all([
        getAll<ParcelRead>('/api/parcels', parcelIds),
        getAll<ItemReturnJobRead>('/api/itemreturnjobs', process.itemReturnJobsRef),
      ]);
      return { handoverJobs, parcels, itemReturnJobs };
    },
  };
}

interface ProcessRead {
  readonly handoverJobRefs: readonly string[];
  readonly itemReturnJobsRef: readonly string[];
}

const postJson = (url: string, body: object): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });

/** Tries again what fails; a 404 is an answer, and no good one. */
async function persist<Answer>(url: string, call: () => Promise<Response>): Promise<Answer> {
  let last = '';
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    try {
      const response = await call();
      const text = await response.text();
      if (response.ok) return JSON.parse(text) as Answer;
      last = `status ${response.status}`;
      if (response.status === 404) break;
    } catch (error) {
      last = (error as Error).message;
    }
    await sleep(Math.min(attempt, 8) * PAUSE_MS);
  }
  throw new Error(`${url} does not answer what is to be compared (${last}). Is the simulator up?`);
}
