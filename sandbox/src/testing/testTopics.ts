import { randomBytes } from 'node:crypto';
import { deleteSubjects, deleteTopics, setUp } from '@pipeline/cli';
import { allTopics, type Topic } from '@pipeline/schemas';
import { inject } from 'vitest';
import type {} from './globalSetup.ts';

/** A topic prefix that no other test uses, on no other run against the same broker either. */
export function testPrefix(): string {
  return `t${Date.now().toString(36)}${randomBytes(3).toString('hex')}.`;
}

export interface TestTopicsOptions {
  /** (Default: all. Name those that the test needs: 200 partitions take the broker about a second.) */
  readonly topics?: readonly Topic[] | undefined;
  /** (Default: 3.) */
  readonly partitions?: number | undefined;
  /** (Default: a new one.) */
  readonly prefix?: string | undefined;
}

/** Topics and schemas of one test on the run's broker. Works with `await using`. */
export interface TestTopics extends AsyncDisposable {
  readonly brokers: string[];
  readonly registryUrl: string;
  readonly prefix: string;
  /** Name of a topic on the broker. */
  nameOf(topic: Topic): string;
  /** Deletes the topics and schemas. */
  drop(): Promise<void>;
}

/** Creates prefixed topics and their schemas. The caller drops them, or uses `withTopics`. */
export async function createTestTopics(options: TestTopicsOptions = {}): Promise<TestTopics> {
  const { topics = allTopics, partitions = 3, prefix = testPrefix() } = options;
  const brokers = inject('brokers');
  const registryUrl = inject('registryUrl');
  await setUp({ brokers, registryUrl, prefix, partitions, topics, log: () => undefined });

  async function drop(): Promise<void> {
    await deleteTopics({ brokers, prefix, topics });
    await deleteSubjects({ registryUrl, prefix, topics });
  }
  return {
    brokers,
    registryUrl,
    prefix,
    nameOf: (topic) => `${prefix}${topic.name}`,
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

/** Lends prefixed topics and their schemas to `use`, then deletes them. */
export async function withTopics<Result>(
  options: TestTopicsOptions,
  use: (topics: TestTopics) => Promise<Result>,
): Promise<Result> {
  await using topics = await createTestTopics(options);
  return await use(topics);
}
