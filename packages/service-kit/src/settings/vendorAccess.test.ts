import { expect, test, vi } from 'vitest';
import { toCommercetoolsAccess, toFulfillmenttoolsAccess } from './vendorAccess.ts';

test('settings become what the clients are made of', () => {
  const share = () => 0.5;
  const commercetools = {
    CTP_PROJECT_KEY: 'shop',
    CTP_CLIENT_ID: 'id',
    CTP_CLIENT_SECRET: 'secret',
    CTP_API_URL: 'http://api',
    CTP_AUTH_URL: 'http://auth',
    CTP_SCOPE: undefined,
    CTP_MAX_RATE: 0,
  };
  expect(toCommercetoolsAccess(commercetools)).toEqual({
    projectKey: 'shop',
    clientId: 'id',
    clientSecret: 'secret',
    apiUrl: 'http://api',
    authUrl: 'http://auth',
    scope: undefined,
    rate: { maxPerSecond: undefined, share: expect.any(Function) },
    breaker: { onChange: expect.any(Function) },
  });
  const fulfillmenttools = {
    FFT_BASE_URL: 'http://fft',
    FFT_SIGN_IN_WITH: 'password' as const,
    FFT_API_KEY: 'key',
    FFT_API_USER: 'user',
    FFT_API_PASSWORD: 'password',
    FFT_SIGN_IN_URL: 'http://sign-in',
    FFT_TOKEN_URL: 'http://token',
    FFT_MAX_RATE: 50,
    REQUEST_TIMEOUT_MS: 65_000,
    CONCURRENCY: 8,
  };
  expect(toFulfillmenttoolsAccess(fulfillmenttools, { share })).toEqual({
    baseUrl: 'http://fft',
    apiKey: 'key',
    credentials: { user: 'user', password: 'password' },
    signInUrl: 'http://sign-in',
    tokenUrl: 'http://token',
    requestTimeoutMs: 65_000,
    connections: 8,
    rate: { maxPerSecond: 50, share },
    breaker: { onChange: expect.any(Function) },
  });
  const client = {
    FFT_SIGN_IN_WITH: 'client-credentials' as const,
    FFT_IDP_TOKEN_URL: 'http://idp/token',
    FFT_IDP_CLIENT_ID: 'client',
    FFT_IDP_CLIENT_SECRET: 'hush',
    FFT_IDP_PROVIDER_ID: 'oidc.external.1',
    FFT_IDP_SCOPE: 'api/.default',
  };
  expect(toFulfillmenttoolsAccess({ ...fulfillmenttools, ...client }).credentials).toEqual({
    tokenUrl: 'http://idp/token',
    clientId: 'client',
    clientSecret: 'hush',
    providerId: 'oidc.external.1',
    scope: 'api/.default',
    audience: undefined,
  });
});

test('the service is told of changes of a breaker, by the name of the vendor', () => {
  const breakerChanged = vi.fn();
  const { breaker } = toCommercetoolsAccess(
    {
      CTP_PROJECT_KEY: 'shop',
      CTP_CLIENT_ID: 'id',
      CTP_CLIENT_SECRET: 'hush',
      CTP_API_URL: 'http://api',
      CTP_AUTH_URL: 'http://auth',
    },
    { breakerChanged },
  );
  breaker.onChange('open');
  expect(breakerChanged.mock.calls).toEqual([['commercetools', 'open']]);
});

test('a setting that was never checked is named, its value is not', () => {
  expect(() => toCommercetoolsAccess({ CTP_PROJECT_KEY: 'shop', CTP_CLIENT_SECRET: 'hush' })).toThrow(
    'Setting CTP_CLIENT_ID is missing.',
  );
});
