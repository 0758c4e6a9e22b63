import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { keepOnce } from '../broker/artifacts.ts';
import { runCommand } from '../broker/command.ts';
import { freePorts } from '../broker/freePorts.ts';
import { startGuarded } from '../broker/guarded.ts';
import { java, javaEnvironment, logEnds, QUICK_START } from '../broker/javaPrograms.ts';
import { withProgress } from '../broker/progress.ts';
import type { StartOptions } from '../broker/types.ts';

const pom = fileURLToPath(new URL('pom.xml', import.meta.url));
const READY_TIMEOUT_MS = 120_000;
const GRACE_MS = 5_000;

/** SQS as ElasticMQ speaks it, on this machine. */
export interface ElasticMq {
  /** What a client of SQS has as its endpoint. */
  readonly endpoint: string;
  queueUrl(name: string): string;
  send(name: string, body: string): Promise<void>;
  /** Messages that may be received, and those that somebody has in hand. */
  count(name: string): Promise<{ readonly visible: number; readonly hidden: number }>;
  /** Ends it; it keeps nothing. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Starts ElasticMQ, downloaded by Maven at the first call (37 MB) and kept between runs.
 * @param queues names
 * @throws Error with the end of its log when it does not answer.
 */
export async function startElasticMq(
  queues: readonly string[],
  { env, log, signal }: Pick<StartOptions, 'env' | 'log' | 'signal'>,
): Promise<ElasticMq> {
  const libraries = await obtain({ env, log, signal });
  const directory = await mkdtemp(path.join(os.tmpdir(), 'sandbox-elasticmq-'));
  const [port] = (await freePorts(1)) as [number];
  const configuration = path.join(directory, 'elasticmq.conf');
  await writeFile(configuration, toConfiguration(port, queues));
  const logFile = path.join(directory, 'elasticmq.log');
  const args = [...QUICK_START, '-Xmx256m', '-Djava.net.preferIPv4Stack=true', `-Dconfig.file=${configuration}`];
  const program = {
    command: java(env),
    args: [...args, '-cp', path.join(libraries, '*'), 'org.elasticmq.server.Main'],
    logFile,
  };
  const { ended, stop } = startGuarded(
    { programs: [program], cleanUp: [], remove: [directory], graceMs: GRACE_MS },
    javaEnvironment(env),
  );
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await untilAnswers(endpoint, AbortSignal.any([ended, AbortSignal.timeout(READY_TIMEOUT_MS)]));
  } catch (cause) {
    const end = await logEnds({ elasticmq: logFile });
    await stop();
    throw new Error(`ElasticMQ at ${endpoint} does not answer.\n${end}`, { cause });
  }
  const queueUrl = (name: string): string => `${endpoint}/000000000000/${name}`;
  return {
    endpoint,
    queueUrl,
    stop,
    async send(name, MessageBody) {
      await ask(queueUrl(name), { Action: 'SendMessage', MessageBody });
    },
    async count(name) {
      const answer = await ask(queueUrl(name), { Action: 'GetQueueAttributes', 'AttributeName.1': 'All' });
      const numberOf = (attribute: string): number =>
        Number(new RegExp(`<Name>${attribute}</Name>\\s*<Value>(\\d+)</Value>`).exec(answer)?.[1] ?? Number.NaN);
      return {
        visible: numberOf('ApproximateNumberOfMessages'),
        hidden: numberOf('ApproximateNumberOfMessagesNotVisible'),
      };
    },
  };
}

const obtain = async (options: Pick<StartOptions, 'env' | 'log' | 'signal'>): Promise<string> =>
  keepOnce(
    { name: 'elasticmq', made: [await readFile(pom)] },
    async (directory) => {
      await withProgress(options.log, 'Downloading ElasticMQ (37 MB, once)', () =>
        runCommand(
          'mvn',
          ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${directory}`],
          options,
        ),
      );
    },
    options,
  );

/** It would listen on all addresses. */
const toConfiguration = (port: number, queues: readonly string[]): string => `include classpath("application.conf")
node-address { protocol = http, host = "127.0.0.1", port = ${port}, context-path = "" }
rest-sqs { enabled = true, bind-hostname = "127.0.0.1", bind-port = ${port}, sqs-limits = strict }
rest-stats { enabled = false }
queues { ${queues.map((name) => `"${name}" {}`).join('\n')} }
`;

/** By SQS' older protocol, so that tests do not see it through the client that they test. */
async function ask(url: string, call: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(call) });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`${call['Action']} at ElasticMQ answered ${response.status}: ${text.slice(0, 300)}`);
  return text;
}

async function untilAnswers(endpoint: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const status = await fetch(`${endpoint}/?Action=ListQueues`, { signal }).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await sleep(200, undefined, { signal });
  }
}
