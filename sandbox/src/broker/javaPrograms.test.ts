import { expect, it } from 'vitest';
import { kafkaArgs } from './javaPrograms.ts';

const artifacts = { kafkaClassPath: 'kafka/*', registryJar: 'registry.jar' };
const heap = (env: Record<string, string>) =>
  kafkaArgs(env, artifacts, 'server.properties').filter((arg) => arg.startsWith('-X'));

it('gives Kafka a small heap, and what its own scripts would give it where the environment says so', () => {
  expect(heap({})).toEqual(['-Xmx512m']);
  expect(heap({ KAFKA_HEAP_OPTS: '' })).toEqual(['-Xmx512m']);
  expect(heap({ KAFKA_HEAP_OPTS: ' -Xms2g  -Xmx2g', KAFKA_JVM_PERFORMANCE_OPTS: '-XX:+UseG1GC' })).toEqual([
    '-Xms2g',
    '-Xmx2g',
    '-XX:+UseG1GC',
  ]);
});
