import { withSignal } from './callSignal.ts';
import { toPlatformError } from './errors.ts';

/** What a request builder of the SDK returns. */
interface Executable<Result> {
  execute(): Promise<{ readonly body: Result }>;
}

export interface CallOptions {
  /** Ends the call, whether it waits for a token, a connection, or the answer. */
  readonly signal: AbortSignal;
  /** (Default: false) */
  readonly write?: boolean;
}

/**
 * Executes one request of the SDK once.
 * @throws PipelineError and nothing else; see `toPlatformError`.
 */
export async function call<Result>(request: Executable<Result>, options: CallOptions): Promise<Result> {
  const { signal, write = false } = options;
  try {
    const { body } = await withSignal(signal, () => request.execute());
    return body;
  } catch (error) {
    throw toPlatformError(error, { write });
  }
}
