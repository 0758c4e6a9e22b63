import {
  type ApiRoot,
  call,
  createCommercetoolsClient,
  readLanguages,
  readSupplyChannels,
} from '@pipeline/platform-commercetools';
import {
  commercetoolsSettings,
  defineSettings,
  type Environment,
  loadSettings,
  toCommercetoolsAccess,
} from '@pipeline/service-kit';
import { isPipelineError } from '@pipeline/streams';
import type { Output } from '../output.ts';
import { toNamedLocales, toPipelineYaml } from './toPipelineYaml.ts';

const TIMEOUT_MS = 30_000;

/** Where the vendor's connector reads its configuration (release 0.2.5, `shared/src/types/configuration.ts`). */
const place = { container: 'fft', key: 'configuration' };

/**
 * Prints a pipeline.yaml that says what the vendor's connector does in this project. Changes nothing.
 * @throws Error when there is no configuration, SettingsError, PipelineError when commercetools does not answer or the
 * API client may not read custom objects.
 */
export async function importConfig(env: Environment, { out, err }: Output): Promise<number> {
  const settings = loadSettings(defineSettings(commercetoolsSettings), env);
  const { api, close } = createCommercetoolsClient(toCommercetoolsAccess(settings));
  try {
    const configuration = await readConfiguration(api, settings.CTP_PROJECT_KEY);
    const unlessForbidden = <Read>(reading: Promise<Read>, hint: string): Promise<Read | undefined> =>
      reading.catch((error: unknown) => {
        if (!isPipelineError(error) || error.errorClass !== 'auth') throw error;
        err(hint);
        return undefined;
      });
    const stores = await unlessForbidden(
      readSupplyChannels(api, AbortSignal.timeout(TIMEOUT_MS)),
      'The stores could not be read: give the API client view_stores and view_channels, or fill in facilitiesByStore.',
    );
    const languages = toNamedLocales(configuration)
      ? undefined
      : await unlessForbidden(
          readLanguages(api, AbortSignal.timeout(TIMEOUT_MS)),
          'The project’s languages could not be read: give the API client view_project_settings, or fill in mapping.locales.',
        );
    out(toPipelineYaml(configuration, { stores, languages }).trimEnd());
    return 0;
  } finally {
    await close();
  }
}

async function readConfiguration(api: ApiRoot, projectKey: string): Promise<unknown> {
  try {
    const request = api.customObjects().withContainerAndKey(place).get();
    const { value } = await call(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return value;
  } catch (error) {
    if (!isPipelineError(error) || error.errorClass !== 'gone') throw error;
    throw new Error(
      `The project ${projectKey} has no custom object ${place.container}/${place.key}: without it the connector ships every order. Start with deploy/pipeline/pipeline.yaml instead.`,
      { cause: error },
    );
  }
}
