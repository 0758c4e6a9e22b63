import { defineSettings } from './definition.ts';

const withPassword = { name: 'FFT_SIGN_IN_WITH', value: 'password' } as const;
const withClient = { name: 'FFT_SIGN_IN_WITH', value: 'client-credentials' } as const;

/** Which tenant of fulfillmenttools, and who we are there. */
export const fulfillmenttoolsSettings = defineSettings({
  FFT_TENANT: {
    type: 'string',
    pattern: {
      matches: /^ocff-[a-z0-9-]{1,50}$/,
      says: 'a tenant as in ocff-acme-pre, the first part of the API host',
    },
    description: 'Tenant and environment as in the API host, e.g. `ocff-acme-pre`; in the place of FFT_BASE_URL.',
  },
  FFT_BASE_URL: {
    type: 'url',
    takesSecrets: true,
    required: true,
    shortForm: { name: 'FFT_TENANT', toText: (tenant) => `https://${tenant}.api.fulfillmenttools.com` },
    description: 'fulfillmenttools API host of the tenant; or give FFT_TENANT.',
  },
  FFT_MAX_RATE: {
    type: 'integer',
    default: 0,
    min: 0,
    description:
      'Calls per second to fulfillmenttools, of all processes of a service together. 0: no limit but the one that fulfillmenttools shows by 429.',
  },
  FFT_SIGN_IN_WITH: {
    type: 'choice',
    choices: ['password', 'client-credentials'],
    default: 'password',
    description:
      'Who signs in: a user with FFT_API_PASSWORD, or a client of your own identity provider, whose token is exchanged.',
  },
  FFT_API_KEY: { type: 'secret', required: true, description: 'API key for signing in, whoever signs in.' },
  FFT_API_USER: { type: 'string', requiredWhen: withPassword, description: 'User for signing in.' },
  FFT_API_PASSWORD: { type: 'secret', requiredWhen: withPassword, description: 'Password for signing in.' },
  // No `url`: of a path a slash at the end may be a part.
  FFT_IDP_TOKEN_URL: {
    type: 'string',
    pattern: {
      matches: /^https?:\/\/[^\s/?#@]+\/[^\s#]*$/,
      says: 'an https URL with a path and without credentials',
    },
    takesSecrets: true,
    requiredWhen: withClient,
    description: 'Token endpoint of the identity provider, asked with the client-credentials grant.',
  },
  FFT_IDP_CLIENT_ID: { type: 'string', requiredWhen: withClient, description: 'Client at the identity provider.' },
  FFT_IDP_CLIENT_SECRET: { type: 'secret', requiredWhen: withClient, description: 'Secret of that client.' },
  FFT_IDP_SCOPE: {
    type: 'string',
    description: 'Scopes to ask for, separated by blanks; Entra ID wants `<application>/.default`.',
  },
  FFT_IDP_AUDIENCE: {
    type: 'string',
    description: 'Audience to ask for, where the identity provider wants it in the request.',
  },
  FFT_IDP_PROVIDER_ID: {
    type: 'string',
    pattern: {
      matches: /^oidc\.[\w.-]{1,200}$/,
      says: 'a name as in oidc.external.<id>, which fulfillmenttools gives',
    },
    requiredWhen: withClient,
    description: 'Name of the identity provider at fulfillmenttools, `oidc.external.<id>`: their support gives it.',
  },
  FFT_SIGN_IN_URL: {
    type: 'url',
    takesSecrets: true,
    default: 'https://identitytoolkit.googleapis.com',
    description: 'Host of the sign-in and of the exchange.',
  },
  FFT_TOKEN_URL: {
    type: 'url',
    takesSecrets: true,
    default: 'https://securetoken.googleapis.com',
    description: 'Host of the token refresh.',
  },
});
