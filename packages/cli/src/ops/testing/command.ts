import type { Topic } from '@pipeline/schemas';
import type { Environment } from '@pipeline/service-kit';
import type { TestTopics } from '../../../../../sandbox/src/testing/index.ts';
import { type LogMessage, withLog } from '../kafka/log.ts';
import { ops } from '../ops.ts';
import type { OpsTarget } from '../target.ts';

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Both, in the order in which they were said. */
  readonly text: string;
}

export interface CommandOptions {
  /** Beside those of Kafka. */
  readonly settings?: Environment;
  /** What the person answers. */
  readonly ask?: (() => Promise<string>) | undefined;
}

/** Settings with which a program works on these topics. */
export const kafkaSettings = ({ brokers, registryUrl, prefix }: TestTopics) => ({
  KAFKA_BROKERS: brokers.join(','),
  SCHEMA_REGISTRY_URL: registryUrl,
  TOPIC_PREFIX: prefix,
  GROUP_PREFIX: prefix,
});

/** Settings with which a program speaks to a simulated shop. */
export const shopSettings = (url: string, client: { readonly clientId: string; readonly clientSecret: string }) => ({
  CTP_PROJECT_KEY: 'shop',
  CTP_CLIENT_ID: client.clientId,
  CTP_CLIENT_SECRET: client.clientSecret,
  CTP_API_URL: url,
  CTP_AUTH_URL: url,
});

/** Runs an `ops` command line on these topics, as its program does. */
export async function command(
  topics: TestTopics,
  line: string,
  { settings = {}, ask }: CommandOptions = {},
): Promise<Answer> {
  const out: string[] = [];
  const err: string[] = [];
  const said: string[] = [];
  const output = {
    out: (text: string) => void (out.push(text), said.push(text)),
    err: (text: string) => void (err.push(text), said.push(text)),
    ask,
  };
  const code = await ops(line.split(' '), { ...kafkaSettings(topics), ...settings }, output);
  return { code, out: out.join('\n'), err: err.join('\n'), text: said.join('\n') };
}

export const targetOf = ({ brokers, registryUrl, prefix }: TestTopics): OpsTarget => ({
  ...{ brokers, registryUrl, prefix },
  groupPrefix: prefix,
});

/** What lies in a topic, without claims. */
export const contentOf = (topics: TestTopics, topic: Topic): Promise<LogMessage[]> =>
  withLog({ target: targetOf(topics), topics: [topic], say: () => undefined }, (log) => log.read([{ topic }]));
