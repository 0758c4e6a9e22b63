import {
  type EffectPermit,
  type FulfillmentProvider,
  type FulfillmentRequest,
  type MappedOrder,
  type OrderContent,
  type PlacedOrder,
  type ProviderProcess,
  toOrderedLines,
} from '@pipeline/fulfillment';
import { isDeepStrictEqual } from 'node:util';
import { PipelineError, usePermit } from '@pipeline/streams';
import type { TestClock } from '@pipeline/streams/testkit';

/**
 * How a request to place an order goes. `late`: accepted, but only after the answer was given up. `unmappable`: there is
 * none.
 */
export type Answer =
  | 'unmappable'
  | 'created'
  | 'answer-lost'
  | 'late'
  | 'lost-before'
  | 'refused'
  | 'conflict'
  | 'defect'
  | 'unauthorized'
  | 'forbidden'
  | 'throttled'
  | 'unreachable'
  | 'permit-withdrawn'
  | 'crash-before'
  | 'crash-after';

interface Accepted {
  order: PlacedOrder;
  /** Who gets it; undefined: somebody else made it. */
  content?: Pick<OrderContent, 'shippingAddress' | 'billingAddress'>;
  readonly acceptedAt: number;
}

export interface FakeProviderOptions {
  readonly clock: TestClock;
  /** Milliseconds until a search shows an order. (Default: 0) */
  readonly indexLagMs?: number;
  /** How long after it was given up a request may still be accepted. */
  readonly serverLimitMs: number;
  /** How long after its intent a request of a process that died may still be accepted. */
  readonly windowMs: number;
  readonly crash?: () => Promise<never>;
}

export interface FakeProvider extends FulfillmentProvider {
  /** Answers of the coming requests; then `created`. */
  readonly script: Answer[];
  /** Which part of the time that it may take a late request takes, 0 to 1. */
  lateness: number;
  /** What keeps the coming requests from being prepared. */
  readonly prepareFailures: PipelineError[];
  /** What keeps the coming orders from being mapped. */
  readonly mapFailures: PipelineError[];
  /** What the coming searches fail with. */
  readonly searchFailures: PipelineError[];
  readonly requests: FulfillmentRequest[];
  /** Kinds that it says of every request. */
  readonly warnings: string[];
  readonly orders: Accepted[];
  readonly searches: number[];
  readonly cancels: string[];
  /** What the coming cancels fail with. */
  readonly cancelFailures: (() => PipelineError)[];
  readonly unlocks: string[];
  /** What the coming unlocks fail with. */
  readonly unlockFailures: (() => PipelineError)[];
  /** Cities that the orders were amended to be sent to, in the order of the requests. */
  readonly amendments: (string | null)[];
  /** What the coming amendments fail with. */
  readonly amendFailures: (() => PipelineError)[];
  /** Orders that can no longer be changed. */
  readonly handedOver: Set<string>;
  /** By process id, as they are; every order has one. */
  readonly processes: Map<string, ProviderProcess>;
  /** Processes that were told to become anonymous. */
  readonly erasures: string[];
  /** What the coming erasures fail with. */
  readonly erasureFailures: (() => PipelineError)[];
  /** An order that is there, however it came. */
  put(order: PlacedOrder): void;
  setStatus(providerOrderId: string, status: PlacedOrder['status']): void;
  /** Background work changes its version. */
  touch(providerOrderId: string): void;
}

const failure = (...[errorClass, code, details]: [PipelineError['errorClass'], string, object?]) =>
  new PipelineError(errorClass, code, `The provider: ${code}.`, { stage: 'call', ...details });

/** A provider that accepts any number of orders with the same tenantOrderId: nothing hides a duplicate. */
export function createFakeProvider(options: FakeProviderOptions): FakeProvider {
  const { clock, indexLagMs = 0, serverLimitMs, windowMs } = options;
  const orders: Accepted[] = [];
  const requests: FulfillmentRequest[] = [];
  const searches: number[] = [];
  const cancels: string[] = [];
  const script: Answer[] = [];
  const warnings: string[] = [];
  const searchFailures: PipelineError[] = [];
  const cancelFailures: (() => PipelineError)[] = [];
  const unlocks: string[] = [];
  const unlockFailures: (() => PipelineError)[] = [];
  const amendments: (string | null)[] = [];
  const amendFailures: (() => PipelineError)[] = [];
  const handedOver = new Set<string>();
  const processes = new Map<string, ProviderProcess>();
  const erasures: string[] = [];
  const erasureFailures: (() => PipelineError)[] = [];
  const now = (): number => clock.now().monotonic;
  const find = (id: string) =>
    orders.find(({ order, acceptedAt }) => order.providerOrderId === id && acceptedAt <= now());
  const crash = options.crash ?? (() => new Promise<never>(() => undefined));

  function add(order: PlacedOrder, acceptedAt: number, content?: Accepted['content']): void {
    orders.push({ order, acceptedAt, ...(content && { content }) });
    const { processId } = order;
    if (processId !== null) processes.set(processId, { processId, version: 1, anonymized: false, anonymizeAt: null });
  }

  function accept(request: FulfillmentRequest, acceptedAt = now()): PlacedOrder {
    const number = orders.length + 1;
    const order: PlacedOrder = {
      providerOrderId: `fft-${number}`,
      processId: `process-${number}`,
      tenantOrderId: request.tenantOrderId,
      status: request.held ? 'LOCKED' : 'OPEN',
      version: 1,
      orderId: request.orderId,
      projectKey: request.projectKey,
      collect: request.delivery.kind === 'collect',
      lines: toOrderedLines(request.lines),
    };
    const { shippingAddress, billingAddress } = request;
    add(order, acceptedAt, { shippingAddress, billingAddress });
    return order;
  }

  async function answer(request: FulfillmentRequest): Promise<PlacedOrder> {
    switch (script.shift()) {
      case undefined:
      case 'unmappable':
      case 'created':
        return accept(request);
      case 'answer-lost':
        accept(request);
        throw failure('unknown-outcome', 'provider-timeout');
      case 'late':
        accept(request, now() + provider.lateness * serverLimitMs);
        throw failure('unknown-outcome', 'provider-timeout');
      case 'lost-before':
        throw failure('unknown-outcome', 'provider-unavailable', { httpStatus: 503 });
      case 'refused':
        throw failure('permanent', 'provider-refused', { httpStatus: 400 });
      case 'conflict':
        throw failure('conflict', 'provider-conflict', { httpStatus: 409 });
      case 'defect':
        accept(request);
        throw new TypeError('something of ours is undefined');
      case 'unauthorized':
        throw failure('auth', 'provider-unauthorized', { httpStatus: 401, notSent: true });
      case 'forbidden':
        throw failure('auth', 'provider-forbidden', { httpStatus: 403 });
      case 'throttled':
        throw failure('throttled', 'provider-throttled', { httpStatus: 429, retryAfterMs: 2_000 });
      case 'unreachable':
        throw failure('transient', 'provider-unreachable', { notSent: true });
      case 'permit-withdrawn':
        throw failure('transient', 'permit-withdrawn', { notSent: true });
      case 'crash-before':
        return crash();
      case 'crash-after':
        accept(request, now() + provider.lateness * windowMs);
        return crash();
    }
  }

  const provider: FakeProvider = {
    name: 'fulfillmenttools',
    script,
    lateness: 1,
    prepareFailures: [],
    mapFailures: [],
    searchFailures,
    requests,
    warnings,
    orders,
    searches,
    cancels,
    cancelFailures,
    unlocks,
    unlockFailures,
    amendments,
    amendFailures,
    handedOver,
    processes,
    erasures,
    erasureFailures,
    put: (order) => add(order, Number.NEGATIVE_INFINITY),
    setStatus(providerOrderId, status) {
      const found = find(providerOrderId);
      if (found) found.order = { ...found.order, status };
    },
    touch(providerOrderId) {
      const found = find(providerOrderId);
      if (found) found.order = { ...found.order, version: found.order.version + 1 };
    },
    prepare() {
      const prepareFailure = provider.prepareFailures.shift();
      return prepareFailure ? Promise.reject(prepareFailure) : Promise.resolve();
    },
    async mapOrder(request, _signal, warn) {
      await Promise.resolve();
      for (const kind of warnings) warn?.(kind);
      const mapFailure = provider.mapFailures.shift();
      if (mapFailure) throw mapFailure;
      if (script[0] !== 'unmappable') return { body: request };
      script.shift();
      throw failure('permanent', 'mapping-address-incomplete', { notSent: true, stage: 'map' });
    },
    placeOrder(order: MappedOrder, permit: EffectPermit) {
      usePermit(permit);
      const request = order.body as FulfillmentRequest;
      requests.push(request);
      return answer(request);
    },
    findOrders(tenantOrderId) {
      searches.push(now());
      const searchFailure = searchFailures.shift();
      if (searchFailure) return Promise.reject(searchFailure);
      const shown = orders.filter(({ acceptedAt }) => acceptedAt + indexLagMs <= now());
      return Promise.resolve(shown.map(({ order }) => order).filter((order) => order.tenantOrderId === tenantOrderId));
    },
    getOrder: (providerOrderId) => Promise.resolve(find(providerOrderId)?.order),
    cancelOrder({ providerOrderId }, permit) {
      usePermit(permit);
      cancels.push(providerOrderId);
      const fail = cancelFailures.shift();
      if (fail) return Promise.reject(fail());
      const found = find(providerOrderId);
      if (!found) return Promise.reject(failure('gone', 'provider-not-found'));
      found.order = { ...found.order, status: 'CANCELLED' };
      return Promise.resolve(found.order);
    },
    unlockOrder({ providerOrderId, version }, permit) {
      usePermit(permit);
      unlocks.push(providerOrderId);
      const fail = unlockFailures.shift();
      if (fail) return Promise.reject(fail());
      const found = find(providerOrderId);
      if (!found) return Promise.reject(failure('gone', 'provider-not-found'));
      if (found.order.version !== version) return Promise.reject(failure('conflict', 'provider-conflict'));
      if (found.order.status !== 'LOCKED') return Promise.reject(failure('permanent', 'unlock-refused'));
      found.order = { ...found.order, status: 'OPEN', version: version + 1 };
      return Promise.resolve(found.order);
    },
    async compareOrder({ providerOrderId, part, content }) {
      const found = find(providerOrderId);
      if (!found) return undefined;
      if (part === 'address' && content.shippingAddress?.city === null)
        throw failure('permanent', 'mapping-address-incomplete', { notSent: true, stage: 'map' });
      const { shippingAddress, billingAddress } = content;
      const addresses = { shippingAddress, billingAddress };
      const lines = toOrderedLines(content.lines);
      const isShown = isDeepStrictEqual(
        ...((part === 'lines' ? [found.order.lines, lines] : [found.content, addresses]) as [unknown, unknown]),
      );
      return Promise.resolve({ ...found.order, isShown, change: part === 'lines' ? { lines } : { addresses } });
    },
    amendOrder({ providerOrderId, version, change }, permit) {
      usePermit(permit);
      const { lines, addresses } = change as { lines?: PlacedOrder['lines']; addresses?: Accepted['content'] };
      amendments.push(addresses?.shippingAddress?.city ?? null);
      const fail = amendFailures.shift();
      if (fail) return Promise.reject(fail());
      const found = find(providerOrderId);
      if (!found) return Promise.reject(failure('gone', 'provider-not-found'));
      if (found.order.version !== version) return Promise.reject(failure('conflict', 'provider-conflict'));
      if (handedOver.has(providerOrderId) || found.order.status === 'CANCELLED')
        return Promise.reject(failure('permanent', 'amend-refused', { httpStatus: 400 }));
      found.order = { ...found.order, version: version + 1, ...(lines && { lines }) };
      if (addresses) found.content = addresses;
      return Promise.resolve(found.order);
    },
    getProcess: (processId) => Promise.resolve(processes.get(processId)),
    anonymizeProcess({ processId, version, at }, permit) {
      usePermit(permit);
      erasures.push(processId);
      const fail = erasureFailures.shift();
      if (fail) return Promise.reject(fail());
      const process = processes.get(processId);
      if (process?.version !== version) return Promise.reject(failure('conflict', 'provider-conflict'));
      const told = { ...process, version: version + 1, anonymizeAt: at };
      processes.set(processId, told);
      return Promise.resolve(told);
    },
  };
  return provider;
}
