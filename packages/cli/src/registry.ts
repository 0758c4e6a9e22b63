import { setTimeout as sleep } from 'node:timers/promises';
import { type AvroSchema, loadSchema, type Topic } from '@pipeline/schemas';
import { type AskRegistry, createRegistryCalls, type RegistryAccess } from '@pipeline/streams/avro';

/** What we need of a schema registry, over its Confluent-compatible HTTP API. */
export interface Registry {
  /**
   * Whether `schema` may follow every version registered so far.
   * `new`: nothing is registered under the subject.
   */
  check(subject: string, schema: AvroSchema): Promise<Compatibility>;
  /**
   * Makes the subject FULL_TRANSITIVE, then registers; the same schema again changes nothing. Returns the schema's id.
   * @throws RegistryError with status 409 when the schema is incompatible with a registered version.
   */
  register(subject: string, schema: AvroSchema): Promise<number>;
  /** Removes all versions for good; nothing happens when there are none. For tests. */
  remove(subject: string): Promise<void>;
}

export type Compatibility =
  | { readonly verdict: 'new' | 'compatible' }
  | { readonly verdict: 'incompatible'; readonly reasons: readonly string[] };

/** The registry refused (`status` 4xx), failed (5xx) or could not be reached (undefined). */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
  }
}

/** Name under which the schema of a topic's values is registered. */
export const subjectOf = (prefix: string, topic: Topic): string => `${prefix}${topic.name}-value`;

/** The schemas that belong to topics, by subject. Topics of raw bytes have none. */
export function subjectsOf(prefix: string, topics: readonly Topic[]): { subject: string; schema: AvroSchema }[] {
  return topics.flatMap((topic) =>
    topic.schema === undefined ? [] : [{ subject: subjectOf(prefix, topic), schema: loadSchema(topic.schema) }],
  );
}

const COMPATIBILITY = 'FULL_TRANSITIVE';
const TIMEOUT_MS = 30_000;

export function createRegistry(access: RegistryAccess): Registry {
  const call = createCall(access);
  const at = (subject: string) => `subjects/${encodeURIComponent(subject)}`;

  return {
    async check(subject, schema) {
      const versions = await call('GET', `${at(subject)}/versions`).catch(unlessMissing);
      if (versions === undefined) return { verdict: 'new' };
      const path = `compatibility/${at(subject)}/versions?verbose=true`;
      const answer = (await call('POST', path, { schema: JSON.stringify(schema) })) as CompatibilityAnswer;
      if (answer.is_compatible) return { verdict: 'compatible' };
      // Confluent answers with `messages`, Apicurio with `reason`.
      const reasons = answer.messages ?? (answer.reason ? [answer.reason] : ['the registry gives no reason']);
      return { verdict: 'incompatible', reasons };
    },

    async register(subject, schema) {
      const config = { compatibility: COMPATIBILITY };
      await withRepeats(() => call('PUT', `config/${encodeURIComponent(subject)}`, config));
      const version = { schema: JSON.stringify(schema) };
      const answer = await withRepeats(() => call('POST', `${at(subject)}/versions`, version));
      return (answer as { id: number }).id;
    },

    async remove(subject) {
      await call('DELETE', at(subject)).catch(unlessMissing);
      await call('DELETE', `${at(subject)}?permanent=true`).catch(unlessMissing);
    },
  };
}

interface CompatibilityAnswer {
  readonly is_compatible: boolean;
  readonly messages?: readonly string[];
  readonly reason?: string | null;
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof RegistryError && error.status === 404) return undefined;
  throw error;
}

const TRIES = 5;

/**
 * Repeats what may come right by itself. Apicurio answers 409 to the slower of two that create the same subject, and 500
 * to a schema whose last use was deleted a moment ago (its content is collected meanwhile).
 */
async function withRepeats(call: () => Promise<unknown>): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === TRIES || !(error instanceof RegistryError) || !isPassing(error)) throw error;
      await sleep(100 * attempt);
    }
  }
}

const isPassing = ({ status = 0 }: RegistryError): boolean => status === 409 || status >= 500;

type Call = (...args: Parameters<AskRegistry>) => Promise<unknown>;

function createCall(access: RegistryAccess): Call {
  const ask = createRegistryCalls(access, TIMEOUT_MS);
  return async (method, path, body) => {
    const what = `Schema registry at ${access.registryUrl}: ${method} ${path}`;
    const { status, text } = await ask(method, path, body).catch((cause: unknown) => {
      const why = (cause as NodeJS.ErrnoException).code ?? (cause as Error).name;
      const message = `${what} got no answer (${why}). Does it run, is SCHEMA_REGISTRY_URL right, and is its certificate trusted?`;
      throw new RegistryError(message, undefined, cause);
    });
    if (status >= 400) throw new RegistryError(`${what} was refused with status ${status}: ${reasonIn(text)}`, status);
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw new RegistryError(`${what} was not answered with JSON. Is SCHEMA_REGISTRY_URL right?`, status, cause);
    }
  };
}

function reasonIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // Not JSON: a proxy's page.
  }
  return text.slice(0, 300) || '(no text)';
}
