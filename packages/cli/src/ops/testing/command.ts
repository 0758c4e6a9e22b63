import type { TestTopics } from '../../../../../sandbox/src/testing/index.ts';
import { ops } from '../ops.ts';

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs an `ops` command line on these topics, as its program does. `ask`: what the person answers. */
export async function command(
  { brokers, registryUrl, prefix }: TestTopics,
  line: string,
  ask?: () => Promise<string>,
): Promise<Answer> {
  const out: string[] = [];
  const err: string[] = [];
  const env = {
    KAFKA_BROKERS: brokers.join(','),
    SCHEMA_REGISTRY_URL: registryUrl,
    TOPIC_PREFIX: prefix,
    GROUP_PREFIX: prefix,
  };
  const output = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text), ask };
  return { code: await ops(line.split(' '), env, output), out: out.join('\n'), err: err.join('\n') };
}
