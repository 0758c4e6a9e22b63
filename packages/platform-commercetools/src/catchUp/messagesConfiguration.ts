import { withSignal } from '../callSignal.ts';
import type { ApiRoot } from '../client.ts';
import { lost, toPlatformError } from '../errors.ts';

export interface MessagesConfiguration {
  /** Does the project keep messages for queries? */
  readonly enabled: boolean;
  readonly deleteDaysAfterCreation: number;
}

/** Of the project. Needs the scope view_project_settings. @throws PipelineError as `call` does. */
export async function readMessagesConfiguration(api: ApiRoot, signal: AbortSignal): Promise<MessagesConfiguration> {
  try {
    const { body } = await withSignal(signal, () => api.get().execute());
    const { enabled, deleteDaysAfterCreation } =
      (body as { messages?: Partial<MessagesConfiguration> })?.messages ?? {};
    // 15 is what commercetools has where nothing was said.
    if (typeof enabled === 'boolean') return { enabled, deleteDaysAfterCreation: deleteDaysAfterCreation ?? 15 };
    const why = 'was answered without a messages configuration';
    throw lost({ request: 'GET /', code: 'answer-broken', why }, { write: false });
  } catch (error) {
    throw toPlatformError(error, { write: false });
  }
}
