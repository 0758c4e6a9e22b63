/** What the sandbox asks of the simulators' control APIs and, for set-up, of the vendors' APIs that they stand for. */
import { PROJECT_KEY, simulatorCredentials } from './environment.ts';

export interface SimulatedOrder {
  readonly id: string;
  readonly orderNumber?: string;
  readonly version: number;
  readonly orderState: string;
  readonly shipmentState?: string;
  readonly custom?: Readonly<Record<string, unknown>>;
}

export interface SimulatedChannel {
  readonly id: string;
  readonly version: number;
  readonly key: string;
}

export interface SimulatedFacility {
  readonly id: string;
  readonly tenantFacilityId?: string;
  readonly name: string;
  readonly status: string;
  readonly version: number;
  readonly address: Readonly<Record<string, unknown>>;
  readonly services: readonly { readonly type: string }[];
  readonly customAttributes?: Readonly<Record<string, unknown>>;
}

export interface SimulatedFftOrder {
  readonly id: string;
  readonly tenantOrderId: string | null;
  readonly commercetoolsOrderId: string | null;
  readonly status: string;
  readonly createdAtMs: number;
  readonly life: string;
  /** What the commerce order must show in the end; null: its life has not ended. */
  readonly expected: Expectation | null;
}

/** Any other field must be absent. */
export interface Expectation {
  /** null: it must stay as it was. */
  readonly shipmentState: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Fields that may have one of these values or none. */
  readonly mayBe: Readonly<Record<string, readonly unknown[]>>;
}

export interface DeliveryOptions {
  readonly duplicates?: number;
  readonly shuffle?: boolean;
  /** Share that nobody ever hears of. */
  readonly lost?: number;
  /** Of commercetools: deliveries are collected for `reverseMs`, then the last is sent first. */
  readonly reverse?: boolean;
  readonly reverseMs?: number;
}

/** What goes wrong with requests to a simulator until the faults are removed; see its `faults.ts`. */
export interface SimulatorFault {
  readonly method?: string;
  /** `*` stands for any characters; absent: every path but those of the control API. */
  readonly path?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly action?: 'reset' | 'cutBody';
  /** How long the request waits before anything happens. */
  readonly delayMs?: number;
  /** after: the request has its effect, only the answer is spoiled. */
  readonly when: 'before' | 'after';
  readonly count?: number;
  readonly probability?: number;
}

/** How the notifications of a simulator have fared. */
export interface DeliveryCounts {
  readonly delivered: number;
  /** Requests that repeat one that was not answered as it should. */
  readonly retried: number;
  /** Not delivered yet. */
  readonly pending: number;
  /** Sent twice on purpose. */
  readonly duplicates: number;
  /** Never sent on purpose. */
  readonly lost: number;
  /** Of fulfillmenttools: events that came a second time with another event id. */
  readonly reEmitted?: number;
}

async function call<Answer>(
  url: string,
  init: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { method = init.body === undefined ? 'GET' : 'POST', body, headers = {} } = init;
  const response = await fetch(url, {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

const createFaultsApi = (url: string) => ({
  fault: (fault: SimulatorFault) => call<unknown>(`${url}/_sim/faults`, { body: fault }),
  clearFaults: () => call<unknown>(`${url}/_sim/faults`, { method: 'DELETE' }),
});

interface RequestSummary {
  /** Requests that created or changed something at the simulator, ever. */
  readonly effects: number;
  /** Requests by what was answered; status 0: nothing. */
  readonly routes: readonly { readonly status: number; readonly requests: number }[];
}

const createRequestsApi = (url: string) => {
  const summary = () => call<RequestSummary>(`${url}/_sim/requests/summary`);
  return {
    effects: async () => (await summary()).effects,
    /** How many requests were answered with each status; 0: with none. */
    async answers(): Promise<ReadonlyMap<number, number>> {
      const counts = new Map<number, number>();
      for (const { status, requests } of (await summary()).routes)
        counts.set(status, (counts.get(status) ?? 0) + requests);
      return counts;
    },
  };
};

export function createCommercetoolsApi(url: string) {
  const { clientId, clientSecret } = simulatorCredentials.commercetools;

  /** As somebody who may manage the project. */
  async function callApi<Answer>(path: string, init: { method?: string; body?: unknown }): Promise<Answer> {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const granted = await fetch(`${url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const grant = (await granted.json()) as { access_token: string };
    const headers = { authorization: `Bearer ${grant.access_token}` };
    return call(`${url}/${PROJECT_KEY}${path}`, { ...init, headers });
  }
  return {
    async createOrder(body: unknown): Promise<SimulatedOrder> {
      return call(`${url}/_sim/orders`, { body });
    },
    /** The shop does it, with the API client that it shares with the pipeline. */
    async confirm({ id }: SimulatedOrder): Promise<void> {
      const actions = [{ action: 'changeOrderState', orderState: 'Confirmed' }];
      await call(`${url}/_sim/orders/${id}/update`, { body: { actions, actor: { clientId } } });
    },
    /** Somebody in the Merchant Center does it. */
    async cancel({ id }: Pick<SimulatedOrder, 'id'>): Promise<void> {
      const actions = [{ action: 'changeOrderState', orderState: 'Cancelled' }];
      await call(`${url}/_sim/orders/${id}/update`, { body: { actions } });
    },
    orders: () => call<SimulatedOrder[]>(`${url}/_sim/orders`),
    /** When the notification that an order is confirmed was first sent, epoch milliseconds, by order id. */
    async confirmedSentAt(): Promise<Map<string, number>> {
      const { orders } = await call<{ orders: { orderId: string; confirmedSentAtMs: number | null }[] }>(
        `${url}/_sim/notifications`,
      );
      return new Map(
        orders.flatMap(({ orderId, confirmedSentAtMs }) =>
          confirmedSentAtMs === null ? [] : [[orderId, confirmedSentAtMs]],
        ),
      );
    },
    ...createRequestsApi(url),
    deliveries: async () => (await call<{ counts: DeliveryCounts }>(`${url}/_sim/notifications`)).counts,
    /** What the push targets answered to the test notification of their subscription. */
    testStatuses: async () =>
      (await call<{ testStatus: number | null }[]>(`${url}/_sim/push-targets`)).map(({ testStatus }) => testStatus),
    /** Ends every access token. */
    expireTokens: () => call<unknown>(`${url}/_sim/tokens`, { method: 'DELETE' }),
    /** Turns everything that the vendor does not promise against us, as the seed decides. */
    turnHarsh: (seed: number) => call<unknown>(`${url}/_sim/harsh`, { body: { on: true, seed } }),
    /** How many requests went wrong by themselves, by kind. */
    struckByKind: () => call<Readonly<Record<string, number>>>(`${url}/_sim/outages/struck`),
    ...createFaultsApi(url),
    /** `changes`: of orders and channels, too, not only messages. */
    push: (target: string, secret: string, { changes = false } = {}) =>
      call(`${url}/_sim/push-targets`, {
        body: { url: target, envelope: 'pubsub', headers: { authorization: `Bearer ${secret}` }, changes },
      }),
    createChannel: (body: unknown) => callApi<SimulatedChannel>('/channels', { body }),
    /** The channel as it is afterwards. */
    updateChannel: ({ id, version }: SimulatedChannel, ...actions: readonly object[]) =>
      callApi<SimulatedChannel>(`/channels/${id}`, { body: { version, actions } }),
    deleteChannel: ({ id, version }: SimulatedChannel) =>
      callApi<unknown>(`/channels/${id}?version=${version}`, { method: 'DELETE' }),
    deliver: (options: DeliveryOptions) => call(`${url}/_sim/delivery`, { body: options }),
  };
}

/** The five events of the first release and what else says something about an order. */
const subscribedEvents = [
  'ORDER_CREATED',
  'ORDER_CANCELLED',
  'PICK_JOB_CREATED',
  'PICK_JOB_PICKING_FINISHED',
  'HANDOVERJOB_CREATED',
  'HANDOVERJOB_HANDED_OVER',
] as const;

export function createFulfillmenttoolsApi(url: string) {
  const { user, password, apiKey } = simulatorCredentials.fulfillmenttools;

  async function signIn(): Promise<string> {
    const body = { email: user, password, returnSecureToken: true };
    const { idToken } = await call<{ idToken: string }>(`${url}/v1/accounts:signInWithPassword?key=${apiKey}`, {
      body,
    });
    return idToken;
  }

  return {
    async subscribe(callbackUrl: string, secret: string, events: readonly string[] = subscribedEvents): Promise<void> {
      const authorization = `Bearer ${await signIn()}`;
      for (const event of events) {
        const target = { type: 'WEBHOOK', callbackUrl, headers: [{ key: 'authorization', value: `Bearer ${secret}` }] };
        await call(`${url}/api/subscriptions`, {
          body: { name: `pipeline ${event}`, event, target },
          headers: { authorization },
        });
      }
    },
    orders: () => call<SimulatedFftOrder[]>(`${url}/_sim/orders`),
    /** All that there are, as each is at this moment. */
    facilities: () => call<SimulatedFacility[]>(`${url}/_sim/facilities`),
    /** Was a cancel, or another action on this order, ever refused for good? */
    async wasRefused({ id }: Pick<SimulatedFftOrder, 'id'>): Promise<boolean> {
      const query = new URLSearchParams({ method: 'POST', path: `/api/orders/${id}/actions` });
      const requests = await call<{ status: number }[]>(`${url}/_sim/requests?${query}`);
      return requests.some(({ status }) => status === 400);
    },
    ...createRequestsApi(url),
    deliveries: () => call<DeliveryCounts>(`${url}/_sim/webhooks`),
    /** How many requests the faults that are set have spoiled. */
    struck: async () =>
      (await call<{ struck: number }[]>(`${url}/_sim/faults`)).reduce((sum, { struck }) => sum + struck, 0),
    /** Turns everything that the vendor does not promise against us, as the seed decides; `but` is as given. */
    turnHarsh: (seed: number, but: { readonly uniqueness: boolean; readonly anonymizedReadable: boolean }) =>
      call<unknown>(`${url}/_sim/settings`, { body: { harsh: true, seed, ...but } }),
    /** Ends every id token and refresh token. */
    expireTokens: () => call<unknown>(`${url}/_sim/tokens/expire`, { body: { refresh: true } }),
    ...createFaultsApi(url),
    deliver: (options: DeliveryOptions) => call(`${url}/_sim/delivery`, { body: options }),
  };
}

export type CommercetoolsApi = ReturnType<typeof createCommercetoolsApi>;
export type FulfillmenttoolsApi = ReturnType<typeof createFulfillmenttoolsApi>;
