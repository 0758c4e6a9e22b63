import { parseArgs } from 'node:util';

export interface ConnectFlags {
  /** Base URLs, without a slash at the end. */
  readonly commercetools: string;
  readonly fulfillmenttools: string;
  readonly ingestCt: string;
  readonly ingestFft: string;
  readonly pushSecret: string;
  readonly webhookSecret: string;
}

const defaults = {
  commercetools: 'http://127.0.0.1:8091',
  fulfillmenttools: 'http://127.0.0.1:8092',
  'ingest-ct': 'http://127.0.0.1:8080',
  'ingest-fft': 'http://127.0.0.1:8085',
} as const;

export const connectUsage = [
  'Usage: npm run sim:connect -- [flags], with CT_PUSH_SECRET and FFT_WEBHOOK_SECRET as the ingest services have them.',
  ...Object.entries(defaults).map(([name, url]) => `  --${name} URL   (Default: ${url})`),
].join('\n');

/** Throws an Error that names what is wrong, with the usage. */
export function parseConnectFlags(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ConnectFlags {
  const problem = (what: string): Error => new Error(`${what}\n\n${connectUsage}`);
  const urlOf = (name: string, text: string): string => {
    if (!URL.canParse(text)) throw problem(`--${name} must be a URL.`);
    return text.replace(/\/+$/, '');
  };
  const secretOf = (name: string): string => {
    const secret = env[name];
    if (!secret) throw problem(`${name} is missing in the environment.`);
    return secret;
  };
  let values: Readonly<Record<keyof typeof defaults, string>>;
  try {
    const option = (url: string) => ({ type: 'string', default: url }) as const;
    values = parseArgs({
      args: [...args],
      options: {
        commercetools: option(defaults.commercetools),
        fulfillmenttools: option(defaults.fulfillmenttools),
        'ingest-ct': option(defaults['ingest-ct']),
        'ingest-fft': option(defaults['ingest-fft']),
      },
    }).values;
  } catch (error) {
    throw problem((error as Error).message);
  }
  return {
    commercetools: urlOf('commercetools', values.commercetools),
    fulfillmenttools: urlOf('fulfillmenttools', values.fulfillmenttools),
    ingestCt: urlOf('ingest-ct', values['ingest-ct']),
    ingestFft: urlOf('ingest-fft', values['ingest-fft']),
    pushSecret: secretOf('CT_PUSH_SECRET'),
    webhookSecret: secretOf('FFT_WEBHOOK_SECRET'),
  };
}
