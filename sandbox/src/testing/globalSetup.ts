/** vitest's global setup of the projects that need Kafka: one broker and registry for the whole run. */
import type { TestProject } from 'vitest/node';
import { external } from '../broker/external.ts';
import { type Broker, startBroker } from '../broker/index.ts';
import { maven } from '../broker/maven.ts';
import { testcontainers } from '../broker/testcontainers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the run's broker. */
    brokers: string[];
    /** Confluent-compatible API of the run's registry. */
    registryUrl: string;
  }
}

interface Shared {
  users: number;
  broker: Promise<Broker>;
}

// vitest loads this file once for each project, so the broker that they share hangs on the process.
const holder = globalThis as typeof globalThis & { [key: symbol]: Shared | undefined };
const slot = Symbol.for('pipeline.sandbox.broker');

/** As of the sandbox, with testcontainers for `docker`. */
const ways = [external, testcontainers, maven];

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (holder[slot] ??= {
    users: 0,
    broker: startBroker({ log: (line) => process.stderr.write(`${line}\n`), env: process.env }, { ways }),
  });
  shared.users += 1;
  const release = async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    holder[slot] = undefined;
    const broker = await shared.broker.catch(() => undefined);
    await broker?.stop();
  };
  try {
    const { brokers, registryUrl } = await shared.broker;
    project.provide('brokers', [...brokers]);
    project.provide('registryUrl', registryUrl);
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}
