import { NOON, ORDER_ID, PROCESS_ID, PROVIDER_ORDER_ID } from '@pipeline/fulfillment/testkit';
import type { FulfillmenttoolsReads, ProcessOrder } from '@pipeline/provider-fulfillmenttools';
import { deadLetterTopics, type FulfillmentEvent, type OrderLink, topics } from '@pipeline/schemas';
import { createWaiting } from '@pipeline/service-kit';
import type { Message } from '@pipeline/streams';
import { createKeyTester, createTestClock } from '@pipeline/streams/testkit';
import {
  createPublishFulfillmentEvent,
  type PublishFulfillmentEventOptions,
} from '../handlers/publishFulfillmentEvent.ts';
import { createLinks } from '../links.ts';

export const WAIT = 30_000;
export const GIVE_UP = 86_400_000;

export const aLink = (over: Partial<OrderLink> = {}): OrderLink => ({
  orderId: ORDER_ID,
  projectKey: 'shop',
  provider: 'fulfillmenttools',
  instance: 'default',
  processId: PROCESS_ID,
  tenantOrderId: '4711',
  providerOrderId: PROVIDER_ORDER_ID,
  linkedAt: NOON,
  ...over,
});

export const aProcessOrder = (over: Partial<ProcessOrder> = {}): ProcessOrder => ({
  processId: PROCESS_ID,
  orderId: ORDER_ID,
  projectKey: 'shop',
  providerOrderId: PROVIDER_ORDER_ID,
  tenantOrderId: '4711',
  ...over,
});

/** The normaliser of one key, with reads of fulfillmenttools that answer as the test says. */
export function startNormaliser(over: Partial<PublishFulfillmentEventOptions> = {}) {
  const clock = createTestClock(NOON);
  const links = createLinks();
  const observed: string[] = [];
  const logged: string[] = [];
  const calls: string[] = [];
  const answers: {
    process: ProcessOrder | undefined;
    pickJobProcess: string | null | undefined;
    returnProcess: string | null | undefined;
    loadUnits: number | undefined;
    failures: Error[];
    before: () => void;
  } = {
    process: aProcessOrder(),
    pickJobProcess: PROCESS_ID,
    returnProcess: PROCESS_ID,
    loadUnits: 2,
    failures: [],
    before: () => undefined,
  };
  const answer = <T>(call: string, value: () => T): Promise<T> => {
    calls.push(call);
    answers.before();
    const failure = answers.failures.shift();
    return failure ? Promise.reject(failure) : Promise.resolve(value());
  };
  const reads: FulfillmenttoolsReads = {
    readProcessOrderId: (id) => answer(`process ${id}`, () => answers.process),
    readPickJobProcessId: (id) => answer(`pick job ${id}`, () => answers.pickJobProcess),
    readItemReturnJobProcessId: (id) => answer(`return ${id}`, () => answers.returnProcess),
    getLoadUnitsAmount: (id) => answer(`load units ${id}`, () => answers.loadUnits),
  };
  const waiting = createWaiting<Message<Uint8Array>>(() => clock.now().monotonic);
  const tester = createKeyTester<Uint8Array>({
    key: PROCESS_ID,
    source: topics.fulfillmenttoolsNotifications,
    deadLetters: deadLetterTopics['ingest-fft'],
    clock,
    create: () =>
      createPublishFulfillmentEvent({
        reads,
        readsInTurn: () => ({
          ...reads,
          readProcessOrderId: (id) => answer(`in turn: process ${id}`, () => answers.process),
          getLoadUnitsAmount: (id) => answer(`in turn: load units ${id}`, () => answers.loadUnits),
        }),
        links,
        projectKey: 'shop',
        instance: 'default',
        waiting,
        waitMs: WAIT,
        giveUpMs: GIVE_UP,
        byTenantOrderId: false,
        producer: 'ingest-fft@0',
        now: () => clock.now().wall,
        observer: {
          published: ({ orderId, type, eventId }) => void logged.push(`${orderId} ${type} ${eventId}`),
          ignored: (reason) => void observed.push(reason),
          foreign: () => void observed.push('foreign'),
          unknownValue: ({ field, name }) => void observed.push(`${field} ${name ?? 'unnamed'}`),
          loadUnitsRefused: ({ code }) => void observed.push(code),
        },
        ...over,
      }),
  });
  const deliver = (bytes: Uint8Array, headers: Record<string, string> = {}) =>
    tester.deliver(tester.message(bytes, { headers }));
  const events = () =>
    tester.published
      .filter(({ topic }) => topic === topics.fulfillmentEvents)
      .map(({ value }) => value as FulfillmentEvent);
  const remembered = () =>
    tester.published.filter(({ topic }) => topic === topics.fulfillmentLinks).map(({ value }) => value as OrderLink);
  return { clock, links, observed, logged, calls, answers, waiting, tester, deliver, events, remembered };
}
