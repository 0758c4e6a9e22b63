import { parseDelivery } from './notifications/settings.ts';
import type { ApiClient, CommercetoolsSimulatorOptions, VersionStep } from './options.ts';

export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** Command line flags as options. Throws an Error that names the flag and what it expects. */
export function parseOptions(flags: Flags): CommercetoolsSimulatorOptions {
  const number = (name: string) => toNumber(name, flags[name]);
  return defined({
    projectKey: flags.project as string | undefined,
    clients: (flags.client as readonly string[] | undefined)?.map(parseClient),
    seed: number('seed'),
    versionStep: parseStep(flags['version-step'] as string | undefined),
    tokenLifetimeSeconds: number('token-lifetime-s'),
    retryBaseMs: number('retry-base-ms'),
    connections: number('connections'),
    delivery: parseDelivery(
      defined({
        duplicates: number('duplicates'),
        shuffle: flags.shuffle as boolean | undefined,
        shuffleMs: number('shuffle-ms'),
        payloadNotIncluded: number('payload-not-included'),
        withoutOrderNumber: number('without-order-number'),
      }),
    ),
  }) as CommercetoolsSimulatorOptions;
}

function toNumber(name: string, value: Flags[string]): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value === '' || !Number.isFinite(number)) throw new Error(`--${name} expects a number, got '${String(value)}'`);
  return number;
}

function parseClient(text: string): ApiClient {
  const [clientId, ...secret] = text.split(':');
  if (!clientId || secret.length === 0) throw new Error('--client expects <client id>:<client secret>');
  return { clientId, clientSecret: secret.join(':') };
}

/** `2` or `1..3`. */
function parseStep(text: string | undefined): VersionStep | undefined {
  if (text === undefined) return undefined;
  const [, min, max = min] = /^([1-9]\d*)(?:\.\.([1-9]\d*))?$/.exec(text) ?? [];
  if (min === undefined || Number(max) < Number(min))
    throw new Error(`--version-step expects '1' or '1..3', got '${text}'`);
  return { min: Number(min), max: Number(max) };
}

const defined = (value: object) =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
