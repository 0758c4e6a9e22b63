import type { Admin } from 'kafkajs';
import { expect, it } from 'vitest';
import { checkAccess, toAccessError } from './access.ts';

const refusal = (type: string) => Object.assign(new Error(type), { type });
const uncoordinated = Object.assign(new Error('Failed to find group coordinator'), {
  name: 'KafkaJSGroupCoordinatorNotFound',
});
const wrapped = (cause: Error) => new Error('non retriable', { cause });

/** Brokers that answer about each name with an error, or else know it. */
function kafkaThat(errors: Readonly<Record<string, Error>>) {
  const calls: string[] = [];
  const answer = (name: string) => {
    calls.push(name);
    return errors[name] ? Promise.reject(errors[name]) : Promise.resolve({});
  };
  const admin = {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(void calls.push('disconnect')),
    fetchTopicMetadata: ({ topics: [topic = ''] = [] }: { topics?: string[] }) => answer(topic),
    describeGroups: ([group = '']: string[]) => answer(group),
  } as unknown as Admin;
  return { kafka: { admin: () => admin }, calls };
}

const needs = { reads: ['source', 'both'], writes: ['both', 'sink'], group: 'group' };

it('asks once about each topic and the group, and closes its connection', async () => {
  const { kafka, calls } = kafkaThat({});
  await checkAccess(kafka, needs);
  expect(calls).toEqual(['source', 'both', 'sink', 'group', 'disconnect']);
});

it('lists every right that is missing at once, those before topics that are not there', async () => {
  const { kafka, calls } = kafkaThat({
    source: wrapped(refusal('UNKNOWN_TOPIC_OR_PARTITION')),
    both: wrapped(refusal('TOPIC_AUTHORIZATION_FAILED')),
    sink: refusal('TOPIC_AUTHORIZATION_FAILED'),
    group: wrapped(uncoordinated),
  });
  await expect(checkAccess(kafka, needs)).rejects.toMatchObject({
    errorClass: 'transient',
    code: 'access-missing',
    message: expect.stringContaining(
      'needs: Read on topic both; Write on topic both; Write on topic sink; Read on group group (or no broker',
    ) as string,
  });
  expect(calls.at(-1)).toBe('disconnect');
});

it('names topics that are not there, and passes on what is no answer', async () => {
  const unknown = kafkaThat({ sink: refusal('UNKNOWN_TOPIC_OR_PARTITION') });
  await expect(checkAccess(unknown.kafka, needs)).rejects.toMatchObject({
    code: 'topic-missing',
    message: expect.stringContaining('do not exist: sink.') as string,
  });
  const cut = kafkaThat({ sink: new Error('Connection closed') });
  await expect(checkAccess(cut.kafka, needs)).rejects.toThrow('Connection closed');
  expect(cut.calls.at(-1)).toBe('disconnect');
});

it.each([
  [refusal('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'), 'Write on transactional ids that begin with state-'],
  [uncoordinated, 'Write on transactional ids that begin with state-'],
  [wrapped(refusal('TOPIC_AUTHORIZATION_FAILED')), 'Write on topic state'],
  [refusal('CLUSTER_AUTHORIZATION_FAILED'), 'Write on the topics that it produces to'],
])('a later refusal (%s) names the right', (error, right) => {
  const found = toAccessError(error, { reads: [], writes: ['state'], transactions: 'state-' });
  expect(found?.message).toContain(right);
  expect(found?.cause).toBe(error);
});

it('what is no refusal stays what it is', () => {
  expect(toAccessError(new Error('Connection closed'), needs)).toBeUndefined();
  expect(toAccessError(refusal('NOT_COORDINATOR'), needs)).toBeUndefined();
});
