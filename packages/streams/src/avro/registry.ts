import { Agent } from 'node:https';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import avsc, { type Type } from 'avsc';
import type { AvroSchema } from '@pipeline/schemas';
import { isPipelineError, PipelineError } from '../errors.ts';
import { type RegistryAccess, toAuthorization } from './registryAccess.ts';

type Middleware = NonNullable<ConstructorParameters<typeof SchemaRegistry>[0]['middlewares']>[number];

export interface RegistryOptions extends RegistryAccess {
  /** Milliseconds for one question, answer included. (Default: 10,000) */
  readonly timeoutMs?: number;
}

/**
 * Questions to a Confluent schema registry, without any cache or retry: each rejects with a PipelineError.
 * Only "not there" is told apart; all else is `registry-unavailable`, `transient`: an outage must never look like a bad
 * record. (The library reports an unreachable registry as status 400, its issue 306. What it cannot be kept from: an
 * error answer whose body is the JSON text `null` ends in an unhandled rejection inside it.)
 */
export interface Registry {
  /** Id of the schema under the subject, or undefined when the registry says that it does not have it. */
  findId(subject: string, schema: AvroSchema): Promise<number | undefined>;
  /** Type that wrote with this id, undefined: the registry answers 404, 'not-avro': it is another kind of schema. */
  findWriter(id: number): Promise<Type | 'not-avro' | undefined>;
}

export function createRegistry({ timeoutMs = 10_000, ...access }: RegistryOptions): Registry {
  const host = access.registryUrl.replace(/\/+$/, '');
  const authorization = toAuthorization(access.registryAuth);
  const client = new SchemaRegistry({
    host,
    clientId: 'pipeline',
    ...(access.registryTls ? { agent: new Agent({ ...access.registryTls, keepAlive: true }) } : {}),
    retry: { retries: 0 },
    middlewares: [withRequestOptions({ timeout: timeoutMs, headers: authorization ? { authorization } : {} })],
  });

  async function ask<Answer>(question: string, call: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await within(timeoutMs, call());
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw unavailable(host, question, error);
    }
  }

  return {
    async findId(subject, schema) {
      const question = `the id of its schema under subject ${subject}`;
      const id = await ask(question, () =>
        client.getRegistryIdBySchema(subject, { type: SchemaType.AVRO, schema: JSON.stringify(schema) }),
      );
      if (id !== undefined && !isSchemaId(id)) throw unavailable(host, question, new Error('the answer holds no id'));
      return id;
    },
    async findWriter(id) {
      const schema = await ask(`schema ${id}`, () => client.getSchema(id));
      if (schema === undefined) return undefined;
      return avsc.Type.isType(schema) ? (schema as unknown as Type) : 'not-avro';
    },
  };
}

function isSchemaId(id: unknown): id is number {
  return Number.isInteger(id) && (id as number) > 0;
}

/** The library drops the status when it looks a schema up, but only ever does so for 404. */
function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('status' in error && error.status === 404) || error.name === 'ConfluentSchemaRegistryError';
}

/** Names the status and the cause's text, never an address with credentials in it. */
function unavailable(host: string, question: string, error: unknown): PipelineError {
  if (isPipelineError(error)) return error;
  const silence = silenceOf(error);
  const answered = silence === undefined && error instanceof Error && 'status' in error;
  const status = answered ? Number(error.status) : undefined;
  const refused = status === 401 || status === 403;
  const why = refused
    ? `it refuses our credentials (${status})`
    : status === undefined
      ? (silence ?? 'no usable answer')
      : `status ${status}`;
  const next = refused
    ? 'Check the registry user and its rights.'
    : 'Check SCHEMA_REGISTRY_URL and the registry; it is asked again.';
  return new PipelineError(
    'transient',
    'registry-unavailable',
    `The schema registry at ${withoutCredentials(host)} did not tell ${question}: ${why}. ${next}`,
    { cause: error, ...(status === undefined ? {} : { httpStatus: status }) },
  );
}

const SILENCE =
  /\b(?:ECONN[A-Z]+|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|EPROTO)\b|socket hang up|certificate/;

/** What kept the answer away; undefined: there was one. Shows Node's words for it, never text of a server. */
function silenceOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof NoAnswer) return error.message;
  // The library's own words, with which it passes an error of the connection off as an answer with this status.
  const text = /Error, status 400(.*)$/s.exec(error.message)?.[1];
  if (text === undefined) return undefined;
  const cause = SILENCE.exec(text)?.[0];
  return cause === undefined ? 'no usable answer' : `no answer (${cause})`;
}

class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

function withoutCredentials(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//');
}

/** The library's HTTP client has no deadline of its own, and its promise never settles when an answer is cut midway. */
async function within<Answer>(timeoutMs: number, answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([answer, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** The timeout frees the socket of a question that is no longer waited for. */
function withRequestOptions(options: {
  readonly timeout: number;
  readonly headers: Record<string, string>;
}): Middleware {
  return () => ({ prepareRequest: async (next) => (await next()).enhance(options) });
}
