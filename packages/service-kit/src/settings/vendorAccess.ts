import type { SettingsOf } from './definition.ts';
import type { commercetoolsSettings, engineSettings, fulfillmenttoolsSettings } from './shared.ts';

/** Settings that a role may leave out; whoever asks for the access has the role. */
type Given<Settings> = { readonly [Name in keyof Settings]?: Settings[Name] | undefined };
type CommercetoolsSettings = Given<SettingsOf<typeof commercetoolsSettings>>;
type FulfillmenttoolsSettings = Given<SettingsOf<typeof fulfillmenttoolsSettings>> &
  Pick<SettingsOf<typeof engineSettings>, 'REQUEST_TIMEOUT_MS' | 'CONCURRENCY'>;

/** The part of a configured rate that is this process's. */
type Share = () => number;
const whole: Share = () => 1;

/** Settings → what a client of commercetools is made of. */
export const toCommercetoolsAccess = (settings: CommercetoolsSettings, share: Share = whole) => ({
  projectKey: given(settings, 'CTP_PROJECT_KEY'),
  clientId: given(settings, 'CTP_CLIENT_ID'),
  clientSecret: given(settings, 'CTP_CLIENT_SECRET'),
  apiUrl: given(settings, 'CTP_API_URL'),
  authUrl: given(settings, 'CTP_AUTH_URL'),
  scope: settings.CTP_SCOPE,
  rate: toRate(settings.CTP_MAX_RATE, share),
});

/** Settings → what a client of fulfillmenttools and its token source are made of. */
export const toFulfillmenttoolsAccess = (settings: FulfillmenttoolsSettings, share: Share = whole) => ({
  baseUrl: given(settings, 'FFT_BASE_URL'),
  apiKey: given(settings, 'FFT_API_KEY'),
  user: given(settings, 'FFT_API_USER'),
  password: given(settings, 'FFT_API_PASSWORD'),
  signInUrl: given(settings, 'FFT_SIGN_IN_URL'),
  tokenUrl: given(settings, 'FFT_TOKEN_URL'),
  requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
  connections: settings.CONCURRENCY,
  rate: toRate(settings.FFT_MAX_RATE, share),
});

const toRate = (perSecond: number | undefined, share: Share) => ({ maxPerSecond: perSecond || undefined, share });

/** The settings of a role were checked at the start: what is missing here is a defect. */
function given<Settings extends object, Name extends keyof Settings & string>(
  settings: Settings,
  name: Name,
): NonNullable<Settings[Name]> {
  const value = settings[name];
  if (value === undefined || value === null) throw new Error(`Setting ${name} is missing.`);
  return value;
}
