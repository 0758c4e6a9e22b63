import type { Topic } from '@pipeline/schemas';
import { expect, it } from 'vitest';
import { createEffectPauses } from '../effectPauses.ts';
import { createFloodGuard } from '../floodGuard.ts';
import { PipelineError } from '../errors.ts';
import type { HandlerContext } from '../handler.ts';
import type { Message } from '../message.ts';
import type { Outcome } from '../observer.ts';
import { createParking } from '../parking.ts';
import { partitionOf } from '../partitionOf.ts';
import { createRetryPolicy } from '../retryPolicy.ts';
import { createSlots } from '../slots.ts';
import { createFailures } from './failures.ts';
import { createKeyExecution, type KeyExecutionOptions } from './keyExecution.ts';
import { createPassOver, type IsPassedOver } from './passOver.ts';
import type { PartitionStore } from './partitionStore.ts';
import { createPartitionWork, type WorkItem } from './partitionWork.ts';
import { deadLetters, jsonCodec, source, state } from './testing/bench.ts';

/** One key in whose state is `stored`, in a topology that passes over what is marked so and has any state. */
function anExecution(stored: string | undefined, partitions = 1) {
  const handled: string[] = [];
  const decoded: string[] = [];
  const finished: Outcome[] = [];
  const parking = createParking();
  let passed = 0;
  const options = {
    topology: {
      ...{ name: 'test', sources: [source], sinks: [], state, deadLetters },
      handler: ([message]: readonly Message<unknown>[], context: HandlerContext<unknown>) => {
        handled.push(message?.key ?? '');
        const refused = message?.headers['refused'];
        if (refused === undefined) return Promise.resolve([]);
        return Promise.resolve(context.deadLetters(new PipelineError('permanent', 'refused', refused)));
      },
      passesOver: (headers: Readonly<Record<string, string>>, entry: unknown) =>
        headers['done'] === 'yes' && entry !== undefined,
    },
    codec: {
      ...jsonCodec,
      decode: <Value>(topic: Topic<Value>, bytes: Buffer) => {
        decoded.push(topic.name);
        // As when the registry is asked.
        return Promise.resolve(jsonCodec.decode(topic, bytes));
      },
    },
    producer: { send: () => Promise.reject(new Error('nothing is to be sent')) },
    holding: { isOver: () => false },
    isPassedOver: (...at: Parameters<IsPassedOver>) => createPassOver(options)(...at),
    slots: createSlots(1),
    pauses: createEffectPauses(),
    failures: createFailures({
      retry: createRetryPolicy({ baseMs: 1, capMs: 1 }),
      parking,
      flood: createFloodGuard(),
    }),
    parking,
    onPassed: () => void passed++,
    partitions: () => partitions,
    observer: { finished: (_: unknown, outcome: Outcome) => void finished.push(outcome) },
    prefix: '',
    stopped: new AbortController().signal,
  } as unknown as KeyExecutionOptions;
  const work = createPartitionWork(0, [source.name]);
  work.status = 'open';
  work.store = { get: () => stored && Buffer.from(stored) } as unknown as PartitionStore;
  const item = (headers: Record<string, string>, value = '{"n":1}'): WorkItem => ({
    raw: { topic: source.name, partition: 0, offset: 0n, timestamp: 0, key: 'a', value: Buffer.from(value), headers },
    work,
    decoded: undefined,
  });
  const execute = createKeyExecution(options);
  return {
    run: (one: WorkItem) => execute('a', [one], () => undefined),
    passed: () => passed,
    ...{ item, work, handled, decoded, finished },
  };
}

it('finishes a message that is passed over without decoding or handling it', async () => {
  const { run, item, handled, decoded, finished } = anExecution('{"count":1}');
  expect(await run(item({ done: 'yes' }, 'not even JSON'))).toEqual({ finished: 1 });
  expect(handled).toEqual([]);
  expect(decoded).toEqual([state.name]);
  expect(finished).toEqual(['done']);
});

it('hands over a message whose headers or state do not say that it is done', async () => {
  const { run, item, handled } = anExecution('{"count":1}');
  await run(item({ done: 'no' }));
  expect(handled).toEqual(['a']);
  const empty = anExecution(undefined);
  await empty.run(empty.item({ done: 'yes' }));
  expect(empty.handled).toEqual(['a']);
});

it('passes over nothing by a state that was replaced while it was decoded', async () => {
  const { run, item, work, handled, finished } = anExecution('{"count":1}');
  const running = run(item({ done: 'yes' }));
  work.store = undefined;
  await running;
  expect(handled).toEqual([]);
  expect(finished).toEqual([]);
});

it('counts for the flood guard only what a handler brought to a good end', async () => {
  const { run, item, passed } = anExecution('{"count":1}');
  await run(item({}));
  expect(passed()).toBe(1);
  await run(item({ done: 'yes' }));
  expect(passed(), 'passed over').toBe(1);
  await run(item({ refused: 'no' }));
  expect(passed(), 'its handler wrote the dead letter').toBe(1);
});

it('hands over nothing whose key is of another partition: what is on record of it is not here', async () => {
  const { run, item, handled, finished } = anExecution('{"count":1}', 2);
  const wrong = ['a', 'b'].find((key) => partitionOf(key, 2) === 1) ?? '';
  const placed = item({});
  await run({ ...placed, raw: { ...placed.raw, key: wrong } });
  expect([handled, finished]).toEqual([[], []]);
  const right = ['a', 'b'].find((key) => partitionOf(key, 2) === 0) ?? '';
  await run({ ...placed, raw: { ...placed.raw, key: right } });
  expect(handled).toEqual([right]);
});
