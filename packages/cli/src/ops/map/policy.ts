import { howHeld, type OrderPart, partsOf } from '@pipeline/fulfillment';
import {
  type ExplainedOrder,
  explainTransformed,
  startTransform,
  toOrderPolicy,
} from '@pipeline/provider-fulfillmenttools';
import type { OrderSnapshot } from '@pipeline/schemas';
import { defineSettings, type Environment, loadSettings, routingSettings, toHold } from '@pipeline/service-kit';
import { holdSettings } from '../holdSettings.ts';
import { readPipelineFile } from '../pipelineConfig.ts';

/** Those settings of order-router that say how an order is mapped. */
const settings = defineSettings({
  ...routingSettings,
  ...holdSettings,
  CTP_PROJECT_KEY: { type: 'string', default: 'project', description: 'Project key, as it stands in the order.' },
});

const WAITS = {
  kind: 'reason',
  field: 'status',
  text: 'Nothing is placed in this payment state yet, by PLACEMENT_HOLD_WAIT: it is placed so when that changes.',
} as const;

/** How order-router maps with the same environment. */
export interface Mapper extends AsyncDisposable {
  readonly version: string;
  /** Custom fields of the order that may refer to a channel whose key matters. */
  readonly channelFields: readonly string[];
  /**
   * `held`: as for a payment state in which orders are locked, whatever that of the order is. `projectKey`: (Default:
   * CTP_PROJECT_KEY) Gives one for each order that it becomes.
   */
  explain(
    order: OrderSnapshot,
    how: { readonly held: boolean; readonly projectKey?: string },
  ): Promise<readonly ExplainedPart[]>;
}

export interface ExplainedPart extends ExplainedOrder {
  /** Which part of the order; null: it has no parts. */
  readonly target: string | null;
}

/**
 * `file`: a pipeline.yaml in the place of PIPELINE_CONFIG. `print` hears what the shop's own code says.
 * @throws Error that lists what is wrong with the file, SettingsError for the environment.
 */
export async function openMapper(
  { env, print }: { readonly env: Environment; readonly print: (text: string) => void },
  file: string | undefined,
): Promise<Mapper> {
  const given = loadSettings(settings, env);
  const config = readPipelineFile(file ?? given.PIPELINE_CONFIG);
  const { routing, mapping } = toOrderPolicy(config, given);
  const hold = toHold(given);
  const transform = config.transform && (await startTransform(config.transform, { print }));
  return {
    version: mapping.version,
    channelFields: routing.collectFacilityField === null ? [] : [routing.collectFacilityField],
    explain: (whole, { held, projectKey = given.CTP_PROJECT_KEY }) => {
      const how = howHeld(whole, { hold });
      const toExplained = async ({ target, order, tenantOrderId }: OrderPart): Promise<ExplainedPart> => {
        const context = { projectKey, held: held || how === 'lock', tenantOrderId };
        const explained = await explainTransformed(order, { routing, mapping, transform, context });
        return { target, ...explained, notes: [...(how === 'wait' ? [WAITS] : []), ...explained.notes] };
      };
      return Promise.all(partsOf(whole).map(toExplained));
    },
    [Symbol.asyncDispose]: async () => transform?.[Symbol.asyncDispose](),
  };
}
