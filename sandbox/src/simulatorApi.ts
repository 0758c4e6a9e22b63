/** What the sandbox asks of the simulators' control APIs and, for set-up, of the vendors' APIs that they stand for. */
import { PROJECT_KEY, type Secrets, simulatorCredentials } from './environment.ts';

export interface SimulatedOrder {
  readonly id: string;
  readonly orderNumber?: string;
  readonly version: number;
  readonly orderState: string;
  readonly shipmentState?: string;
  readonly custom?: Readonly<Record<string, unknown>>;
}

export interface SimulatedFftOrder {
  readonly id: string;
  readonly tenantOrderId: string | null;
  readonly commercetoolsOrderId: string | null;
  readonly status: string;
  readonly createdAtMs: number;
}

export interface DeliveryOptions {
  readonly duplicates: number;
  readonly shuffle: boolean;
}

/** What goes wrong with requests to a simulator until the faults are removed; see its `faults.ts`. */
export interface SimulatorFault {
  readonly method?: string;
  /** `*` stands for any characters; absent: every path but those of the control API. */
  readonly path?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly action?: 'reset' | 'cutBody';
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

/** Effects: requests that created or changed something at the simulator, ever. */
interface RequestSummary {
  readonly effects: number;
}

export function createCommercetoolsApi(url: string) {
  const { clientId, clientSecret } = simulatorCredentials.commercetools;
  let token: Promise<string> | undefined;

  async function signIn(): Promise<string> {
    const response = await fetch(`${url}/oauth/token?grant_type=client_credentials`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    if (!response.ok) throw new Error(`The commercetools simulator refused the token: ${response.status}.`);
    return ((await response.json()) as { access_token: string }).access_token;
  }

  return {
    async createOrder(body: unknown): Promise<SimulatedOrder> {
      return call(`${url}/_sim/orders`, { body });
    },
    async confirm({ id, version }: SimulatedOrder): Promise<void> {
      token ??= signIn();
      await call(`${url}/${PROJECT_KEY}/orders/${id}`, {
        body: { version, actions: [{ action: 'changeOrderState', orderState: 'Confirmed' }] },
        headers: { authorization: `Bearer ${await token}` },
      });
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
    effects: async () => (await call<RequestSummary>(`${url}/_sim/requests/summary`)).effects,
    deliveries: async () => (await call<{ counts: DeliveryCounts }>(`${url}/_sim/notifications`)).counts,
    /** What the push targets answered to the test notification of their subscription. */
    testStatuses: async () =>
      (await call<{ testStatus: number | null }[]>(`${url}/_sim/push-targets`)).map(({ testStatus }) => testStatus),
    /** Ends every access token. */
    async expireTokens(): Promise<void> {
      token = undefined;
      await call(`${url}/_sim/tokens`, { method: 'DELETE' });
    },
    ...createFaultsApi(url),
    push: (target: string, secret: string) =>
      call(`${url}/_sim/push-targets`, {
        body: { url: target, envelope: 'pubsub', headers: { authorization: `Bearer ${secret}` } },
      }),
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
    async subscribe(callbackUrl: string, secret: string): Promise<void> {
      const authorization = `Bearer ${await signIn()}`;
      for (const event of subscribedEvents) {
        const target = { type: 'WEBHOOK', callbackUrl, headers: [{ key: 'authorization', value: `Bearer ${secret}` }] };
        await call(`${url}/api/subscriptions`, {
          body: { name: `pipeline ${event}`, event, target },
          headers: { authorization },
        });
      }
    },
    orders: () => call<SimulatedFftOrder[]>(`${url}/_sim/orders`),
    effects: async () => (await call<RequestSummary>(`${url}/_sim/requests/summary`)).effects,
    deliveries: () => call<DeliveryCounts>(`${url}/_sim/webhooks`),
    /** How many requests the faults that are set have spoiled. */
    struck: async () =>
      (await call<{ struck: number }[]>(`${url}/_sim/faults`)).reduce((sum, { struck }) => sum + struck, 0),
    /** Ends every id token and refresh token. */
    expireTokens: () => call<unknown>(`${url}/_sim/tokens/expire`, { body: { refresh: true } }),
    ...createFaultsApi(url),
    deliver: (options: DeliveryOptions) => call(`${url}/_sim/delivery`, { body: options }),
  };
}

export type CommercetoolsApi = ReturnType<typeof createCommercetoolsApi>;
export type FulfillmenttoolsApi = ReturnType<typeof createFulfillmenttoolsApi>;

/** Where each vendor sends its notifications. */
export async function connectSimulators(
  apis: { readonly commercetools: CommercetoolsApi; readonly fulfillmenttools: FulfillmenttoolsApi },
  targets: { readonly commercetools: string; readonly fulfillmenttools: string },
  secrets: Secrets,
): Promise<void> {
  await apis.commercetools.push(targets.commercetools, secrets.commercetools);
  await apis.fulfillmenttools.subscribe(targets.fulfillmenttools, secrets.fulfillmenttools);
}
