import type { MessageHandlers, ServiceBusReceivedMessage, SubscribeOptions } from '@azure/service-bus';
import { expect, test } from 'vitest';
import type { LandingOutcome } from '@pipeline/landing';
import { failedOne, landedOne, startIntake, type TestIntake } from '../testing/intake.ts';
import { createServiceBusSource, openServiceBusQueue, type ServiceBusQueue } from './serviceBusSource.ts';

/** What is needed of Azure's client; there is no emulator that runs without containers. */
function pull({ intake }: TestIntake) {
  const calls: string[] = [];
  let handlers: MessageHandlers | undefined;
  let given: SubscribeOptions | undefined;
  const textOf = ({ body }: ServiceBusReceivedMessage) => String(body);
  const queue: ServiceBusQueue = {
    receiver: {
      subscribe(ours, options) {
        handlers = ours;
        given = options;
        return { close: async () => void calls.push('stopped receiving') };
      },
      completeMessage: async (message) => void calls.push(`complete ${textOf(message)}`),
      abandonMessage: async (message) => void calls.push(`abandon ${textOf(message)}`),
    },
    close: async () => void calls.push('closed'),
  };
  const source = createServiceBusSource({ intake, queue, maxMessages: 500, maxBytes: 1_048_576 });
  source.start();
  return {
    calls,
    source,
    options: () => given,
    arrive: (body: unknown) => handlers?.processMessage({ body } as ServiceBusReceivedMessage),
    fail: (errorSource: 'receive' | 'renewLock', error: Error) =>
      handlers?.processError({ error, errorSource, entityPath: 'q', fullyQualifiedNamespace: 'n', identifier: 'i' }),
  };
}

test('a message is completed once it has landed, and by nobody else', async () => {
  const { promise, resolve } = Promise.withResolvers<LandingOutcome>();
  const test = startIntake(() => promise);
  const { arrive, calls, options } = pull(test);
  const handled = arrive(Buffer.from('{"a":1}'));
  expect(calls).toEqual([]);
  resolve(landedOne);
  await handled;
  expect(calls).toEqual(['complete {"a":1}']);
  expect(test.handed).toEqual(['{"a":1}']);
  expect(options()).toEqual({ autoCompleteMessages: false, maxConcurrentCalls: 4 });
});

test('a message that did not land is abandoned', async () => {
  const { arrive, calls } = pull(startIntake(() => failedOne));
  await arrive(Buffer.from('a'));
  expect(calls).toEqual(['abandon a']);
});

test.each([
  [new Uint8Array(Buffer.from('xyz')).subarray(1), 'yz'],
  ['text', 'text'],
  [{ a: 1 }, '{"a":1}'],
  [undefined, ''],
])('a body of %j lands as %j', async (body, landed) => {
  const test = startIntake();
  await pull(test).arrive(body);
  expect(test.handed).toEqual([landed]);
});

test('a failure to receive is a problem until something is received, one to keep a lock is only told', async () => {
  const test = startIntake();
  const { arrive, fail } = pull(test);
  await fail('renewLock', new Error('lock lost'));
  expect(test.intake.problem).toBeUndefined();
  await fail('receive', new Error('no right'));
  expect(test.intake.problem).toBe('no right');
  await arrive(Buffer.from('a'));
  expect(test.intake.problem).toBeUndefined();
  expect(test.heard).toEqual([
    'put-off failed: lock lost',
    'read failed: no right',
    'recovered',
    'landed',
    'acknowledged',
  ]);
});

test('at the end it stops receiving, completes what is in hand, and only then closes the connection', async () => {
  const { promise, resolve } = Promise.withResolvers<LandingOutcome>();
  const test = startIntake(() => promise);
  const { arrive, calls, source } = pull(test);
  const handled = arrive(Buffer.from('a'));
  const closed = test.intake.close().then(() => source.close());
  resolve(landedOne);
  await Promise.all([handled, closed]);
  expect(calls).toEqual(['stopped receiving', 'complete a', 'closed']);
});

test.each(['orders', 'topic/subscriptions/ours'])("Azure's client opens %s in peek-lock mode", async (entity) => {
  const { receiver, close } = await openServiceBusQueue({
    connectionString:
      'Endpoint=sb://127.0.0.1;SharedAccessKeyName=listen;SharedAccessKey=a2V5;UseDevelopmentEmulator=true',
    entity,
  });
  expect(receiver).toMatchObject({ receiveMode: 'peekLock' });
  expect((receiver as unknown as { entityPath: string }).entityPath.toLowerCase()).toBe(entity);
  await close();
});
