import { withSignal } from './callSignal.ts';
import { lost, toPlatformError } from './errors.ts';

/** What every document of commercetools has. */
interface Resource {
  readonly id: string;
  readonly version: number;
}

/** What a request builder of the SDK returns. */
interface Executable<Result> {
  execute(): Promise<{ readonly body: Result; readonly statusCode?: number }>;
}

export interface CallOptions {
  /** Ends the call, whether it waits for a token, a connection, or the answer. */
  readonly signal: AbortSignal;
  /** (Default: false) */
  readonly write?: boolean;
}

/**
 * Executes one request of the SDK once, for one resource. An answer that is none is as good as no answer: a null taken
 * for an order would make it a deleted one.
 * @throws PipelineError and nothing else; see `toPlatformError`.
 */
export async function call<Result extends Resource>(
  request: Executable<Result>,
  options: CallOptions,
): Promise<Result> {
  const { signal, write = false } = options;
  try {
    const { body, statusCode } = await withSignal(signal, () => request.execute());
    if (isResource(body)) return body;
    const why = `was answered with ${statusCode ?? 'a status of success'} and something else than what was asked for`;
    throw lost({ request: 'a call', code: 'answer-broken', why }, { write });
  } catch (error) {
    throw toPlatformError(error, { write });
  }
}

const isResource = (body: unknown): body is Resource =>
  typeof body === 'object' && body !== null && 'id' in body && 'version' in body && typeof body.version === 'number';
