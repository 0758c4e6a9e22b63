import type { RegistryAccess } from '@pipeline/streams/avro';
import type { KafkaConnection } from '@pipeline/streams/kafka';
import type { Restart } from './guarded.ts';

/** A broker with its schema registry that answers. */
export interface Broker extends KafkaConnection, RegistryAccess {
  readonly kind: BrokerKind;
  /** What a service has to know beside the two addresses to be let in, as settings. (Default: nothing) */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** What the user has asked for and did not get, in one sentence. */
  readonly warning?: string | undefined;
  /**
   * Ends the broker alone, not the registry, and starts it again with the same addresses and data. Resolves when it
   * answers again. Absent: somebody else's, or of a kind that cannot.
   * @throws Error with the end of its log when it does not come back.
   */
  restart?(how: Restart): Promise<void>;
  /** Stops what was started here and nothing else; may be called more than once. */
  stop(): Promise<void>;
}

export type BrokerKind = 'external' | 'docker' | 'maven';

export interface StartOptions {
  /** Called with one line of progress at a time. */
  readonly log: (line: string) => void;
  /** Only this way; its failure is the error. (Default: SANDBOX_KAFKA, else the first way that works.) */
  readonly force?: BrokerKind | undefined;
  /** Kept after stop and used again, by the `maven` way only. (Default: a temporary directory, removed on stop.) */
  readonly dataDir?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gives up starting. */
  readonly signal?: AbortSignal | undefined;
}

/** One way to come by a broker. */
export interface Way {
  readonly kind: BrokerKind;
  /**
   * Can it be done here? Changes nothing.
   * @throws Error with the reason in one sentence when not.
   */
  probe(options: StartOptions, signal: AbortSignal): Promise<void>;
  start(options: StartOptions): Promise<Broker>;
}
