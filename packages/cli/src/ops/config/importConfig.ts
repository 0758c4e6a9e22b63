import { call, createCommercetoolsClient, readSupplyChannels } from '@pipeline/platform-commercetools';
import {
  commercetoolsSettings,
  defineSettings,
  type Environment,
  loadSettings,
  toCommercetoolsAccess,
} from '@pipeline/service-kit';
import { isPipelineError } from '@pipeline/streams';
import type { Output } from '../output.ts';
import { toPipelineYaml } from './toPipelineYaml.ts';

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
    const request = api.customObjects().withContainerAndKey(place).get();
    const { value } = await call(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const stores = await readSupplyChannels(api, AbortSignal.timeout(TIMEOUT_MS)).catch((error: unknown) => {
      if (!isPipelineError(error) || error.errorClass !== 'auth') throw error;
      err(
        'The stores could not be read: give the API client view_stores and view_channels, or fill in facilitiesByStore.',
      );
      return undefined;
    });
    out(toPipelineYaml(value, stores).trimEnd());
    return 0;
  } catch (error) {
    if (!isPipelineError(error) || error.errorClass !== 'gone') throw error;
    throw new Error(
      `The project ${settings.CTP_PROJECT_KEY} has no custom object ${place.container}/${place.key}: without it the connector ships every order. Start with deploy/pipeline/pipeline.yaml instead.`,
      { cause: error },
    );
  } finally {
    await close();
  }
}
