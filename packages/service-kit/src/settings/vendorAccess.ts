import type { BreakerState } from '@pipeline/streams';
import type { SettingsOf } from './definition.ts';
import type { commercetoolsSettings, engineSettings, fulfillmenttoolsSettings } from './shared.ts';

/** Settings that a role may leave out; whoever asks for the access has the role. */
type Given<Settings> = { readonly [Name in keyof Settings]?: Settings[Name] | undefined };
type CommercetoolsSettings = Given<SettingsOf<typeof commercetoolsSettings>>;
type FulfillmenttoolsSettings = Given<SettingsOf<typeof fulfillmenttoolsSettings>> &
  Pick<SettingsOf<typeof engineSettings>, 'REQUEST_TIMEOUT_MS' | 'CONCURRENCY'>;

/** The service that calls, where there is one. */
interface Caller {
  /** The part of a configured rate that is this process's. (Default: all of it) */
  readonly share?: () => number;
  /** Told of each change of a vendor's breaker. */
  readonly breakerChanged?: (target: string, state: BreakerState) => void;
}

/** Settings → what a client of commercetools is made of. */
export const toCommercetoolsAccess = (settings: CommercetoolsSettings, caller: Caller = {}) => ({
  projectKey: given(settings, 'CTP_PROJECT_KEY'),
  clientId: given(settings, 'CTP_CLIENT_ID'),
  clientSecret: given(settings, 'CTP_CLIENT_SECRET'),
  apiUrl: given(settings, 'CTP_API_URL'),
  authUrl: given(settings, 'CTP_AUTH_URL'),
  scope: settings.CTP_SCOPE,
  ...toGuards('commercetools', settings.CTP_MAX_RATE, caller),
});

/** Settings → what a client of fulfillmenttools and its token source are made of. */
export const toFulfillmenttoolsAccess = (settings: FulfillmenttoolsSettings, caller: Caller = {}) => ({
  baseUrl: given(settings, 'FFT_BASE_URL'),
  apiKey: given(settings, 'FFT_API_KEY'),
  credentials: toCredentials(settings),
  signInUrl: given(settings, 'FFT_SIGN_IN_URL'),
  tokenUrl: given(settings, 'FFT_TOKEN_URL'),
  requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
  connections: settings.CONCURRENCY,
  ...toGuards('fulfillmenttools', settings.FFT_MAX_RATE, caller),
});

const toCredentials = (settings: FulfillmenttoolsSettings) =>
  given(settings, 'FFT_SIGN_IN_WITH') === 'password'
    ? { user: given(settings, 'FFT_API_USER'), password: given(settings, 'FFT_API_PASSWORD') }
    : {
        tokenUrl: given(settings, 'FFT_IDP_TOKEN_URL'),
        clientId: given(settings, 'FFT_IDP_CLIENT_ID'),
        clientSecret: given(settings, 'FFT_IDP_CLIENT_SECRET'),
        providerId: given(settings, 'FFT_IDP_PROVIDER_ID'),
        scope: settings.FFT_IDP_SCOPE,
        audience: settings.FFT_IDP_AUDIENCE,
      };

const toGuards = (target: string, perSecond: number | undefined, { share = () => 1, breakerChanged }: Caller) => ({
  rate: { maxPerSecond: perSecond || undefined, share },
  breaker: { onChange: (state: BreakerState) => breakerChanged?.(target, state) },
});

/** The settings of a role were checked at the start: what is missing here is a defect. */
export function given<Settings extends object, Name extends keyof Settings & string>(
  settings: Settings,
  name: Name,
): NonNullable<Settings[Name]> {
  const value = settings[name];
  if (value === undefined || value === null) throw new Error(`Setting ${name} is missing.`);
  return value;
}
