import { createLandingServer, type LandingServer, type LandingServerOptions } from '@pipeline/landing';

export type CommercetoolsLanding = Omit<LandingServerOptions, 'path' | 'source' | 'secretParameter' | 'successCode'>;

/**
 * Lands what commercetools subscriptions deliver, at `POST /commercetools`. The secret may also come as `?token=`: a
 * Pub/Sub push cannot set headers. Pub/Sub takes 102, 200, 201, 202 and 204 as success.
 */
export function createCommercetoolsLanding(options: CommercetoolsLanding): Promise<LandingServer> {
  return createLandingServer({
    ...options,
    path: '/commercetools',
    source: 'commercetools',
    secretParameter: 'token',
    successCode: 200,
  });
}
