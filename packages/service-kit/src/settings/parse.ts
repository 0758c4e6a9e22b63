import type { ListRules, SettingDefinition, TextRules, UrlRules } from './definition.ts';

export type SettingValue = string | number | boolean | readonly string[];

/** What is wrong with a text, said so that it can follow the setting's name, and never repeating the text. */
export class SettingProblem extends Error {
  override readonly name = 'SettingProblem';
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Text of one setting → its value.
 * @throws SettingProblem when the text does not fit the definition.
 */
export function parseSetting(definition: SettingDefinition, text: string): SettingValue {
  switch (definition.type) {
    case 'string':
      return safeForSecrets(fitting(text, definition), definition);
    case 'secret':
      return fitting(text, definition);
    case 'integer':
      return within(parseInteger(text), definition);
    case 'duration':
      return within(parseDuration(text), definition);
    case 'boolean':
      return parseBoolean(text);
    case 'url':
      return safeForSecrets(parseUrl(text), definition);
    case 'time':
      return parseTime(text);
    case 'choice':
      return oneOf(text.trim(), definition.choices);
    case 'list':
      return parseList(text, definition);
  }
}

function fitting(text: string, { minLength = 0, pattern }: TextRules): string {
  if (text.length < minLength) throw new SettingProblem(`must have at least ${minLength} characters`);
  if (pattern && !pattern.matches.test(text)) throw new SettingProblem(`must be ${pattern.says}`);
  return text;
}

function within(value: number, { min = -Infinity, max = Infinity }: { min?: number; max?: number }): number {
  if (value < min) throw new SettingProblem(`must be at least ${min}`);
  if (value > max) throw new SettingProblem(`must be at most ${max}`);
  return value;
}

function parseInteger(text: string): number {
  const value = /^-?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new SettingProblem('must be an integer');
  return value;
}

function parseDuration(text: string): number {
  const [, digits, unit = 'ms'] = /^(\d+) ?(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  const value = Number(digits) * (units[unit] ?? Number.NaN);
  if (!Number.isSafeInteger(value))
    throw new SettingProblem('must be a duration: milliseconds, or as in 500ms, 5s, 5m, 2h, 2d');
  return value;
}

function parseBoolean(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (word === 'true' || word === '1') return true;
  if (word === 'false' || word === '0') return false;
  throw new SettingProblem('must be true or false');
}

function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new SettingProblem('must be an http or https URL');
  if (url.username || url.password)
    throw new SettingProblem('must not hold credentials: they have settings of their own');
  return url.href.replace(/\/+$/, '');
}

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** A host name without a dot is one of the same container network. An address in any notation is none: URL writes it out. */
function safeForSecrets(text: string, { takesSecrets = false }: UrlRules): string {
  if (!takesSecrets) return text;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isNear = (host: string): boolean => loopback.has(host) || /^[a-z0-9_-]+$/.test(host);
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && isNear(url.hostname)))
    throw new SettingProblem(
      'must begin with https, since secrets are sent there; http only to a loopback address or a host name without a dot',
    );
  return text;
}

function parseTime(text: string): number {
  const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
  const value = iso.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN;
  if (Number.isNaN(value)) throw new SettingProblem('must be a time with its zone, as in 2026-11-21T00:00:00Z');
  return value;
}

const hosts = {
  host: { matches: /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i, says: 'a host name' },
  'host:port': { matches: /^(?:[^\s:/@]+|\[[^\]]+\]):\d+$/, says: 'host:port' },
} as const;

function parseList(text: string, { choices, of }: ListRules): readonly string[] {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) throw new SettingProblem('must have at least one entry');
  if (of !== undefined && !parts.every((part) => hosts[of].matches.test(part)))
    throw new SettingProblem(`must be ${hosts[of].says}, several with commas between`);
  return choices ? parts.map((part) => oneOf(part, choices)) : parts;
}

function oneOf(word: string, choices: readonly string[]): string {
  if (!choices.includes(word)) throw new SettingProblem(`must be one of ${choices.join(', ')}`);
  return word;
}
