import type { ISocketFactory, Kafka as KafkaClient, KafkaConfig, LogEntry } from 'kafkajs';
import { type KafkaConnection, toKafkaConfig } from './connection.ts';
import { Kafka, logLevel } from './kafkajs/index.ts';

export type KafkaLogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface KafkaLogLine {
  readonly level: KafkaLogLevel;
  /** e.g. kafkajs/Connection */
  readonly logger: string;
  readonly message: string;
  /** What the client adds: broker, group, error text. No keys, no values of messages. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface KafkaOptions extends KafkaConnection {
  readonly clientId: string;
  /** Gets every log line of the client. (Default: none is written anywhere) */
  readonly onLog?: (line: KafkaLogLine) => void;
  /** Lines below it are not made. (Default: warn) */
  readonly logLevel?: KafkaLogLevel;
  readonly socketFactory?: ISocketFactory;
  /** Milliseconds. (Default: 5,000) */
  readonly connectionTimeoutMs?: number;
  /** Milliseconds for one request; joining and fetching have their own. (Default: 30,000) */
  readonly requestTimeoutMs?: number;
  /**
   * How long a broken connection is tried again inside the client. Bounded, so that a shutdown does not leave a loop
   * behind: who must go on for ever (consumer, producer queue) starts anew after it. (Default: 60 tries, up to 5 s apart)
   */
  readonly retry?: KafkaConfig['retry'];
}

const levels: Record<KafkaLogLevel, (typeof logLevel)[keyof typeof logLevel]> = {
  debug: logLevel.DEBUG,
  info: logLevel.INFO,
  warn: logLevel.WARN,
  error: logLevel.ERROR,
};
const names = new Map(Object.entries(levels).map(([name, level]) => [level, name as KafkaLogLevel]));

/** The Kafka client with the pipeline's settings. Connects only when a producer, consumer or admin of it does. */
export function createKafka(options: KafkaOptions): KafkaClient {
  // Asked for by kafkajs 2: its default partitioner is the one we want, the same as Java's (murmur2).
  process.env['KAFKAJS_NO_PARTITIONER_WARNING'] ??= '1';
  const { onLog, socketFactory } = options;
  return new Kafka({
    ...toKafkaConfig(options),
    clientId: options.clientId,
    connectionTimeout: options.connectionTimeoutMs ?? 5_000,
    authenticationTimeout: 10_000,
    requestTimeout: options.requestTimeoutMs ?? 30_000,
    retry: options.retry ?? { initialRetryTime: 100, maxRetryTime: 5_000, multiplier: 2, factor: 0.2, retries: 60 },
    logLevel: onLog ? levels[options.logLevel ?? 'warn'] : logLevel.NOTHING,
    logCreator: () => (entry) => {
      if (!entry.log.message.startsWith(LIMITED_RETRIES)) onLog?.(toLogLine(entry));
    },
    ...(socketFactory === undefined ? {} : { socketFactory }),
  });
}

/** Warns of what the producer queue and the state store do on purpose, each time that one makes a producer. */
const LIMITED_RETRIES = 'Limiting retries for the idempotent producer';

function toLogLine({ level, namespace, log }: LogEntry): KafkaLogLine {
  const { message, logger: _, timestamp: __, ...details } = log as LogEntry['log'] & Record<string, unknown>;
  return {
    level: names.get(level) ?? 'warn',
    logger: namespace ? `kafkajs/${namespace}` : 'kafkajs',
    message,
    details,
  };
}
