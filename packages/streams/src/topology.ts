import type { ReplayLane, Topic } from '@pipeline/schemas';
import type { Handler } from './handler.ts';

/** A topic that is read as a table beside the sources: its messages are handed over as they come, nothing is committed. */
export interface Table<Value = unknown> {
  readonly topic: Topic<Value>;
  /** A null value is a tombstone. The key's waiting messages are tried at once after it. */
  onEntry(key: string, value: Value | null): void;
  /** The partition was lost. */
  onLost?(partition: number): void;
}

/**
 * What a service does, as data: which topics it reads with which handler, what state it keeps, where it writes. All
 * sources, tables and the state topic have the same number of partitions and the same keys.
 */
export interface Topology<Value = never, State = never> {
  readonly name: string;
  readonly sources: readonly Topic<Value>[];
  /**
   * Read beside their sources, with what live traffic leaves: a message of a lane comes to the handler as one of its
   * source, one after another with the others of its key.
   */
  readonly lanes?: readonly ReplayLane<Value>[];
  /** The topics that the handler may publish to. */
  readonly sinks: readonly Topic[];
  readonly state?: Topic<State>;
  /**
   * Where messages wait for which the handler asked with `CallAgain`'s `hold`, each as an entry of its own that goes when
   * it is finished. Not together with `state`.
   */
  readonly held?: Topic<Uint8Array>;
  readonly tables?: readonly Table[];
  readonly deadLetters: Topic<Uint8Array>;
  readonly handler: Handler<Value, State>;
  /**
   * Is there nothing to do for a message, as its headers and the key's state alone tell? Then it is finished without being
   * decoded: a replay of years passes over what is done. false: the handler decides. Only with `state`. (Default: never)
   */
  readonly passesOver?: (headers: Readonly<Record<string, string>>, state: State | undefined) => boolean;
  /** The handler takes all that waits for a key. (Default: one message.) */
  readonly coalesce?: boolean;
}

/** Checks it and returns it. Throws an Error that names the fault: a defect of the service, found at start and in tests. */
export function defineTopology<Value, State = never>(topology: Topology<Value, State>): Topology<Value, State> {
  const { name, sources, lanes = [], sinks, held, tables = [] } = topology;
  const state = stateOf(topology);
  const read = [...sources, ...lanes, ...tables.map((table) => table.topic), ...(state ? [state] : [])].map(
    (topic) => topic.name,
  );
  if (held && topology.coalesce) throw new Error(`Topology ${name}: held messages come one at a time.`);
  if (held && topology.state) throw new Error(`Topology ${name}: it has both a state topic and held messages.`);
  if (sources.length === 0) throw new Error(`Topology ${name}: it has no source.`);
  if (new Set(read).size !== read.length)
    throw new Error(`Topology ${name}: a topic is read twice: ${read.join(', ')}.`);
  for (const lane of lanes) {
    if (!sources.some((source) => source.name === lane.source.name))
      throw new Error(
        `Topology ${name}: ${lane.name} is the lane of ${lane.source.name}, which is none of its sources.`,
      );
  }
  if (state && !state.cleanup.includes('compact'))
    throw new Error(`Topology ${name}: state topic ${state.name} is not compacted.`);
  const written = sinks.map((topic) => topic.name);
  if (state && written.includes(state.name))
    throw new Error(`Topology ${name}: only the state store writes ${state.name}.`);
  return topology;
}

/** The topic of which the processor is the single writer, if there is one. */
export const stateOf = ({
  state,
  held,
}: Pick<Topology<unknown, unknown>, 'state' | 'held'>): Topic<unknown> | undefined => state ?? held;

/** One line for each topic, for the start-up log and the docs. */
export function describeTopology<Value, State>({
  name,
  sources,
  lanes = [],
  sinks,
  state,
  held,
  tables = [],
  deadLetters,
}: Topology<Value, State>): string[] {
  return [
    ...sources.map((topic) => `${topic.name} → ${name}`),
    ...lanes.map((topic) => `${topic.name} → ${name} (replay lane)`),
    ...tables.map((table) => `${table.topic.name} → ${name} (table)`),
    ...(state ? [`${state.name} ↔ ${name} (state)`] : []),
    ...(held ? [`${held.name} ↔ ${name} (held messages)`] : []),
    ...[...sinks, deadLetters].map((topic) => `${name} → ${topic.name}`),
  ];
}
