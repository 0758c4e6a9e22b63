import type { Kafka } from 'kafkajs';
import type { ProcessorObserver } from '../observer.ts';
import type { RetryPolicy } from '../retryPolicy.ts';
import type { Topology } from '../topology.ts';
import type { OutgoingEncoderOptions } from './encodeOutgoing.ts';
import type { ValueCodec } from './keyExecution.ts';
import type { ProducerQueue } from './producerQueue.ts';

export interface ProcessorOptions<Value, State> {
  readonly topology: Topology<Value, State>;
  /** One for each processor of a group: kafkajs shares among a client's consumers what their group has read. */
  readonly kafka: Kafka;
  readonly codec: ValueCodec;
  readonly producer: ProducerQueue;
  readonly retry: RetryPolicy;
  /** Headers of an Avro record that its handler gave none, also of state entries. (Default: none) */
  readonly headersOf?: OutgoingEncoderOptions['headersOf'];
  /** Consumer group, with the deployment's prefix. */
  readonly group: string;
  /** Prefix of all topic names. (Default: none) */
  readonly prefix?: string;
  /** name@version */
  readonly service: string;
  /** Distinguishes this process in claims and entries. */
  readonly member: string;
  /** HTTP calls in flight. Intents run ahead of them by as many keys again. */
  readonly concurrency: number;
  readonly requestTimeoutMs: number;
  readonly readTimeoutMs: number;
  /** (Default: 10 s) */
  readonly sessionTimeoutMs?: number;
  /** (Default: 1 s) */
  readonly commitIntervalMs?: number;
  /** Unfinished messages of a partition above which it is not fetched. (Default: 2,000) */
  readonly maxUnfinished?: number;
  /** Unfinished bytes of the process above which nothing is fetched. (Default: 64 MiB) */
  readonly maxUnfinishedBytes?: number;
  /** An empty or truncated state topic is taken as it is, though the group has commits. (Default: false) */
  readonly acceptEmptyState?: boolean;
  /** Messages of the lanes per second, of all members together; 0: the lanes are not read. (Default: no limit) */
  readonly replayPerSecond?: number;
  /** A message that fails alone for so long is parked. (Default: 1 h) */
  readonly parkAfterMs?: number;
  /** Dead letters wait when most messages fail for good at once. (Default: true) */
  readonly floodGuard?: boolean;
  /** Longest pause before a partition that could not be opened is tried again. (Default: 5 s) */
  readonly reopenMs?: number;
  /** Where copies of the state are kept, so that less is to be read at an assignment. (Default: nowhere) */
  readonly stateDirectory?: string | undefined;
  /** Between two of these copies of a partition, milliseconds. (Default: 10 min) */
  readonly checkpointMs?: number;
  /** The sources are not read: a switch that is off. State is restored all the same. */
  readonly hold?: boolean;
  readonly observer?: ProcessorObserver;
}
