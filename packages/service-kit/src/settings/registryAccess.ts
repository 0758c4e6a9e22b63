import type { RegistryAccess } from '@pipeline/streams/avro';
import { defineSettings, type PartialSettingsOf, type SettingsOf } from './definition.ts';

/** Where the schema registry is and who we are there. */
export const registrySettings = defineSettings({
  SCHEMA_REGISTRY_URL: { type: 'url', required: true, description: 'Confluent-compatible schema registry.' },
  SCHEMA_REGISTRY_USERNAME: { type: 'string', description: 'User of the schema registry, e.g. an API key.' },
  SCHEMA_REGISTRY_PASSWORD: { type: 'secret', description: 'Password of the schema registry.' },
  SCHEMA_REGISTRY_TOKEN: {
    type: 'secret',
    description: 'Bearer token of the schema registry, in the place of user and password.',
  },
  SCHEMA_REGISTRY_SSL_CA: {
    type: 'string',
    description: 'Certificate authority of the schema registry, PEM; not set: those of Node.',
  },
  SCHEMA_REGISTRY_SSL_CERT: { type: 'string', description: 'Client certificate for the schema registry, PEM.' },
  SCHEMA_REGISTRY_SSL_KEY: { type: 'secret', description: 'Key of that client certificate, PEM.' },
  SCHEMA_REGISTRY_SSL_KEY_PASSWORD: { type: 'secret', description: 'Password of that key, where it is encrypted.' },
});

type RegistrySettings = SettingsOf<typeof registrySettings>;
type PartialRegistrySettings = PartialSettingsOf<typeof registrySettings>;

/** Problems between these settings. */
export function checkRegistryAccess(settings: PartialRegistrySettings): readonly string[] {
  const { SCHEMA_REGISTRY_USERNAME: username, SCHEMA_REGISTRY_PASSWORD: password } = settings;
  const { SCHEMA_REGISTRY_SSL_CERT: cert, SCHEMA_REGISTRY_SSL_KEY: key } = settings;
  const together = (names: string, ...values: readonly (string | undefined)[]): string[] =>
    values.every((value) => value === undefined) || values.every((value) => value !== undefined)
      ? []
      : [`${names} must be given together`];
  return [
    ...together('SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD', username, password),
    ...(settings.SCHEMA_REGISTRY_TOKEN !== undefined && (username ?? password) !== undefined
      ? ['SCHEMA_REGISTRY_TOKEN and a user are given: remove one']
      : []),
    ...together('SCHEMA_REGISTRY_SSL_CERT and SCHEMA_REGISTRY_SSL_KEY', cert, key),
    ...(toTls(settings) && settings.SCHEMA_REGISTRY_URL?.startsWith('http:')
      ? ['SCHEMA_REGISTRY_URL must begin with https: certificates are given for it']
      : []),
  ];
}

/** Settings that `checkRegistryAccess` has passed → how to reach the registry. */
export function toRegistryAccess(settings: RegistrySettings): RegistryAccess {
  const { SCHEMA_REGISTRY_USERNAME: username, SCHEMA_REGISTRY_PASSWORD: password } = settings;
  const { SCHEMA_REGISTRY_TOKEN: token } = settings;
  const registryTls = toTls(settings);
  return {
    registryUrl: settings.SCHEMA_REGISTRY_URL,
    ...(token !== undefined && { registryAuth: { token } }),
    ...(username !== undefined && password !== undefined && { registryAuth: { username, password } }),
    ...(registryTls && { registryTls }),
  };
}

function toTls(settings: PartialRegistrySettings): RegistryAccess['registryTls'] {
  const tls = {
    ...(settings.SCHEMA_REGISTRY_SSL_CA && { ca: settings.SCHEMA_REGISTRY_SSL_CA }),
    ...(settings.SCHEMA_REGISTRY_SSL_CERT && { cert: settings.SCHEMA_REGISTRY_SSL_CERT }),
    ...(settings.SCHEMA_REGISTRY_SSL_KEY && { key: settings.SCHEMA_REGISTRY_SSL_KEY }),
    ...(settings.SCHEMA_REGISTRY_SSL_KEY_PASSWORD && { passphrase: settings.SCHEMA_REGISTRY_SSL_KEY_PASSWORD }),
  };
  return Object.keys(tls).length > 0 ? tls : undefined;
}
