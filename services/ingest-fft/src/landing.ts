import { createLandingServer, type LandingServer, type LandingServerOptions } from '@pipeline/landing';

export type FulfillmenttoolsLanding = Omit<LandingServerOptions, 'path' | 'source' | 'secretParameter' | 'successCode'>;

/**
 * Lands webhooks of fulfillmenttools, at `POST /fulfillmenttools`. The secret is a static header of the subscription's
 * target. Only 200 counts as success there, within 10 s; anything else is repeated for 7 days.
 */
export function createFulfillmenttoolsLanding(options: FulfillmenttoolsLanding): Promise<LandingServer> {
  return createLandingServer({ ...options, path: '/fulfillmenttools', source: 'fulfillmenttools', successCode: 200 });
}
