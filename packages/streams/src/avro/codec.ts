import avsc, { type Type } from 'avsc';
import { loadSchema, replayTopics, type Topic } from '@pipeline/schemas';
import { PipelineError } from '../errors.ts';
import { createRegistry, type RegistryOptions } from './registry.ts';
import { bodyOf, writeHeader, writerIdOf } from './wireFormat.ts';
import { encodeBody } from './encodeBody.ts';
import { createLookup, type Lookup } from './lookup.ts';

export interface CodecOptions extends RegistryOptions {
  /** Prefix of the deployment's topics, as in TOPIC_PREFIX. */
  readonly prefix: string;
  /** All topics that are encoded or decoded. */
  readonly topics: readonly Topic[];
  /** How long "not there" is believed, in milliseconds. (Default: 5,000) */
  readonly notFoundTtlMs?: number;
  /** Refuse fields that the schema does not have, which Avro drops silently. Costs time: for tests. (Default: false) */
  readonly strict?: boolean;
  /** Milliseconds of a clock that does not jump. (Default: performance.now) */
  readonly now?: () => number;
}

/**
 * Values to bytes and back, in Confluent's wire format: a 0 byte, the schema's id (4 bytes, big endian), the Avro body.
 * A topic without schema has bytes as its value, which pass unchanged. Both directions answer at once, without a
 * promise, when the schema is known already.
 */
export interface Codec {
  /**
   * @throws PipelineError `permanent` `unencodable`: the value does not fit its schema; fix the mapping.
   * @throws PipelineError `transient` `schema-not-registered` (run `npm run setup`) or `registry-unavailable`.
   */
  encode<Value>(topic: Topic<Value>, value: Value): Buffer | Promise<Buffer>;
  /**
   * Reads with our own schema whatever schema it was written with. A field that the writer does not have gets its default.
   *
   * @throws PipelineError `permanent` at stage `deserialize`: `undecodable`, `unknown-schema-id`, `incompatible-schema`.
   * @throws PipelineError `transient` `registry-unavailable`: nothing is known about the bytes.
   */
  decode<Value>(topic: Topic<Value>, bytes: Buffer): Value | Promise<Value>;
  /** Resolves when the ids of all topics are known: before that the service is not ready. Rejects as `encode` does. */
  warm(): Promise<void>;
}

/** Reads bytes of one writer's schema into our shape. */
type ReadBody = (body: Buffer) => unknown;

/** A replay lane carries its source's bytes, so it has no subject of its own. */
const sourceOfLane = new Map(Object.values(replayTopics).map(({ name, source }) => [name, source.name]));

export function createCodec(options: CodecOptions): Codec {
  const { prefix, strict = false, notFoundTtlMs = 5_000, now = () => performance.now() } = options;
  const registry = createRegistry(options);
  const types = new Map<string, Type>();
  for (const { name, schema } of options.topics) if (schema !== undefined) types.set(name, typeOf(schema));

  const ids = createLookup(findOwnId, { now, notFoundTtlMs });
  /** By topic, then by the id of the writer's schema. */
  const readers = new Map<string, Lookup<number, ReadBody>>();
  for (const name of types.keys())
    readers.set(
      name,
      createLookup((id) => findReader(name, id), { now, notFoundTtlMs }),
    );

  async function findOwnId(topicName: string): Promise<number | PipelineError> {
    const { subject, schema } = subjectOf(topicName);
    return (await registry.findId(subject, loadSchema(schema))) ?? notRegistered(subject);
  }

  /**
   * A 404 may come from a gateway, or from a registry that lost its store. It is believed when the same registry, asked
   * afterwards, knows our own schema.
   */
  async function findReader(topicName: string, id: number): Promise<ReadBody | PipelineError> {
    const writer = await registry.findWriter(id);
    if (writer === 'not-avro') return undecodable(topicName, `schema ${id} is not an Avro schema`);
    if (writer !== undefined) return readerOf(topicName, id, writer);
    const own = await findOwnId(topicName);
    return typeof own === 'number' ? unknownId(topicName, id) : own;
  }

  function readerOf(topicName: string, id: number, writer: Type): ReadBody | PipelineError {
    const reader = typeFor(topicName);
    const describe = `${topicName}, schema ${id}`;
    // Written as we would write it: nothing to resolve, which is faster by a quarter.
    if (reader.equals(writer)) return (body) => readBody(describe, () => reader.fromBuffer(body));
    try {
      const resolver = reader.createResolver(writer);
      return (body) => readBody(describe, () => reader.fromBuffer(body, resolver));
    } catch (error) {
      return incompatible(topicName, id, error);
    }
  }

  function subjectOf(topicName: string): { subject: string; schema: string } {
    const source = sourceOfLane.get(topicName) ?? topicName;
    const schema = options.topics.find((topic) => topic.name === topicName)?.schema;
    return { subject: `${prefix}${source}-value`, schema: schema ?? source };
  }

  function typeFor(topicName: string): Type {
    return types.get(topicName) ?? noSuchTopic(topicName);
  }

  return {
    encode<Value>(topic: Topic<Value>, value: Value): Buffer | Promise<Buffer> {
      if (topic.schema === undefined) return asBytes(topic.name, value);
      const bytes = encodeBody({ topic: topic.name, type: typeFor(topic.name), value, strict });
      const id = ids.get(topic.name);
      return typeof id === 'number' ? writeHeader(id, bytes) : id.then((found) => writeHeader(found, bytes));
    },
    decode<Value>(topic: Topic<Value>, bytes: Buffer): Value | Promise<Value> {
      if (topic.schema === undefined) return bytes as Value;
      const known = readers.get(topic.name) ?? noSuchTopic(topic.name);
      const id = writerIdOf(bytes);
      if (id === undefined) throw undecodable(topic.name, 'they do not begin with 0 and a schema id');
      const read = known.get(id);
      if (typeof read === 'function') return read(bodyOf(bytes)) as Value;
      return read.then((found) => found(bodyOf(bytes)) as Value);
    },
    async warm() {
      await Promise.all([...types.keys()].map(async (name) => await ids.get(name)));
    },
  };
}

function typeOf(schemaName: string): Type {
  return avsc.Type.forSchema(loadSchema(schemaName) as Parameters<typeof avsc.Type.forSchema>[0], {
    omitRecordMethods: true,
  });
}

function readBody(describe: string, read: () => unknown): unknown {
  try {
    return read();
  } catch {
    // The library's text may quote what it read, so it is not kept.
    throw undecodable(describe, 'the body does not fit that schema, or is cut');
  }
}

function asBytes(topicName: string, value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const message = `Topic ${topicName} carries bytes, and this value is none. Fix the handler that made it.`;
  throw new PipelineError('permanent', 'unencodable', message, { stage: 'map' });
}

function noSuchTopic(topicName: string): never {
  throw new PipelineError('permanent', 'defect', `Topic ${topicName} is not among the codec's topics; add it there.`);
}

function notRegistered(subject: string): PipelineError {
  return new PipelineError(
    'transient',
    'schema-not-registered',
    `The schema registry has no subject ${subject} with the schema of this version. Services never register: run \`npm run setup\`.`,
    { stage: 'produce' },
  );
}

function undecodable(where: string, why: string): PipelineError {
  return new PipelineError('permanent', 'undecodable', `Bytes cannot be read as ${where}: ${why}.`, {
    stage: 'deserialize',
  });
}

function unknownId(topicName: string, id: number): PipelineError {
  return new PipelineError(
    'permanent',
    'unknown-schema-id',
    `Bytes of ${topicName} name schema ${id}, which the registry does not have although it has ours. Was it written against another registry?`,
    { stage: 'deserialize' },
  );
}

function incompatible(topicName: string, id: number, cause: unknown): PipelineError {
  return new PipelineError(
    'permanent',
    'incompatible-schema',
    `Bytes of ${topicName} were written with schema ${id}, which ours cannot read. Check the subject's compatibility (FULL_TRANSITIVE).`,
    { stage: 'deserialize', cause },
  );
}
