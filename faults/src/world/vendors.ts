import {
  type CommercetoolsApi,
  createCommercetoolsApi,
  createFulfillmenttoolsApi,
  type FulfillmenttoolsApi,
  PROJECT_KEY,
} from '@pipeline/sandbox';
import type { Fault } from '@pipeline/simulator-control';
import { createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import { createFulfillmenttoolsSimulator, type SimulatorOptions } from '@pipeline/simulator-fulfillmenttools';
import type { VendorRequest } from '../checker/history.ts';
import type { Stop } from '../sandboxParts.ts';
import type { Vendor } from './relay.ts';

/** Both simulated vendors, kind but for what a row asks for. */
export interface Vendors {
  readonly commercetools: CommercetoolsApi;
  readonly fulfillmenttools: FulfillmenttoolsApi;
  /** `host:port` */
  readonly addresses: Readonly<Record<Vendor, string>>;
  /** Changes a switch of a simulator's control API, e.g. `/settings` of fulfillmenttools. */
  control(vendor: Vendor, path: string, body: unknown): Promise<unknown>;
  /** Until `mend`, requests that match go wrong like this; several strike in the order in which they were given. */
  spoil(vendor: Vendor, fault: Partial<Fault>): Promise<void>;
  mend(vendor: Vendor): Promise<void>;
  requests(vendor: Vendor): Promise<readonly VendorRequest[]>;
}

export async function startVendors(options: SimulatorOptions, stops: Stop[]): Promise<Vendors> {
  const commercetools = createCommercetoolsSimulator({ projectKey: PROJECT_KEY });
  // A second order must be seen, not refused: only the ledger is to protect from it.
  const fulfillmenttools = createFulfillmenttoolsSimulator({ uniqueness: false, ...options });
  const urls = { commercetools: await commercetools.listen(), fulfillmenttools: await fulfillmenttools.listen() };
  stops.push(
    () => commercetools.close(),
    () => fulfillmenttools.close(),
  );
  const apis = {
    commercetools: createCommercetoolsApi(urls.commercetools),
    fulfillmenttools: createFulfillmenttoolsApi(urls.fulfillmenttools),
  };
  const control: Vendors['control'] = async (vendor, path, body) => {
    const answer = await fetch(`${urls[vendor]}/_sim${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`POST /_sim${path} answered ${answer.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    ...apis,
    addresses: {
      commercetools: new URL(urls.commercetools).host,
      fulfillmenttools: new URL(urls.fulfillmenttools).host,
    },
    control,
    spoil: async (vendor, fault) => void (await control(vendor, '/faults', fault)),
    mend: async (vendor) => void (await apis[vendor].clearFaults()),
    async requests(vendor) {
      return (await (await fetch(`${urls[vendor]}/_sim/requests`)).json()) as VendorRequest[];
    },
  };
}
