import { withSignal } from '../callSignal.ts';
import type { ApiRoot } from '../client.ts';
import { lost, toPlatformError } from '../errors.ts';

/**
 * The languages of the project, the most important first. Needs the scope view_project_settings.
 * @throws PipelineError as `call` does.
 */
export async function readLanguages(api: ApiRoot, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const { body } = await withSignal(signal, () => api.get().execute());
    const languages: unknown = (body as { languages?: unknown } | undefined)?.languages;
    if (Array.isArray(languages) && languages.every((each) => typeof each === 'string')) return languages;
    throw lost({ request: 'GET /', code: 'answer-broken', why: 'was answered without languages' }, { write: false });
  } catch (error) {
    throw toPlatformError(error, { write: false });
  }
}
