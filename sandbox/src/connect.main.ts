/**
 * `npm run sim:connect`: lets two running simulators send to two running ingest services, with the secrets of
 * CT_PUSH_SECRET and FFT_WEBHOOK_SECRET in the environment.
 */
import { mappedEvents } from '@pipeline/provider-fulfillmenttools';
import { parseConnectFlags } from './connectFlags.ts';
import { curlAnOrder } from './orderByHand.ts';
import { createCommercetoolsApi, createFulfillmenttoolsApi } from './simulatorApi.ts';

try {
  const flags = parseConnectFlags(process.argv.slice(2), process.env);
  await createCommercetoolsApi(flags.commercetools).push(`${flags.ingestCt}/commercetools`, flags.pushSecret);
  console.log(`${flags.commercetools} sends notifications to ${flags.ingestCt}/commercetools`);
  const fulfillmenttools = createFulfillmenttoolsApi(flags.fulfillmenttools);
  await fulfillmenttools.subscribe(`${flags.ingestFft}/fulfillmenttools`, flags.webhookSecret, mappedEvents);
  console.log(
    `${flags.fulfillmenttools} sends ${mappedEvents.length} kinds of events to ${flags.ingestFft}/fulfillmenttools`,
  );
  console.log(`Place an order:\n  ${curlAnOrder(flags.commercetools)}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
