/** Another setting decides: this one is required when `name` is, or lists, `value`. */
export interface Condition {
  readonly name: string;
  readonly value: string;
}

/** A shorter way to give a setting: `toText` makes its text of the value of the setting `name`, declared before it. */
export interface ShortForm {
  readonly name: string;
  readonly toText: (value: string) => string;
}

interface Described {
  /** One sentence for the reference page and for whoever meets it in an error. */
  readonly description: string;
  /** Never shown, anywhere. (Default: false; always true for type `secret`.) */
  readonly secret?: boolean;
  /** Typed `T | undefined`; a problem is reported when all of it holds and nothing is given. */
  readonly requiredWhen?: Condition | readonly Condition[];
  /** Instead of this setting another may be given; both is a problem. */
  readonly shortForm?: ShortForm;
  /** A file that is missing or empty counts as not given: it may come later. (Default: it is a problem.) */
  readonly optionalFile?: boolean;
}

/** `default`: used when nothing is given. `required`: must be given. Neither: undefined when not given. */
type Presence<Value> =
  | { readonly default: Value; readonly required?: never }
  | { readonly default?: never; readonly required?: boolean };

type Of<Type extends string, Value, Rules = unknown> = { readonly type: Type } & Described & Presence<Value> & Rules;

export interface TextRules {
  readonly minLength?: number;
  /** `says` completes the sentence "must be …". */
  readonly pattern?: { readonly matches: RegExp; readonly says: string };
}

export interface UrlRules {
  /** Secrets are sent there: https; http only to a loopback address or to a host name without a dot. */
  readonly takesSecrets?: boolean;
}

export interface ListRules {
  readonly choices?: readonly string[];
  readonly of?: 'host' | 'host:port';
}

interface NumberRules {
  readonly min?: number;
  readonly max?: number;
}

/**
 * One setting as data.
 * - `string`, `secret`: text, with `pattern` only such; a secret is never shown.
 * - `integer`: decimal digits. `duration`: milliseconds, written `1500`, `1500ms`, `5s`, `5m`, `2h` or `2d`.
 * - `boolean`: true, false, 1, 0. `choice`: one of `choices`.
 * - `list`: separated by commas; blanks round the parts and empty parts are dropped; with `choices` only those, with
 *   `of` only host names, or such with a port.
 * - `url`: http or https, without credentials; the value has no trailing slash.
 * - `time`: ISO 8601 with a zone; the value is milliseconds since the epoch.
 */
export type SettingDefinition =
  | Of<'string', string, TextRules & UrlRules>
  | Of<'secret', string, TextRules>
  | Of<'integer', number, NumberRules>
  | Of<'duration', number, NumberRules>
  | Of<'boolean', boolean>
  | Of<'url', string, UrlRules>
  | Of<'time', number>
  | Of<'list', readonly string[], ListRules>
  | Of<'choice', string, { readonly choices: readonly string[] }>;

export type SettingDefinitions = Readonly<Record<string, SettingDefinition>>;

type ValueOf<Definition> = Definition extends { readonly type: 'integer' | 'duration' | 'time' }
  ? number
  : Definition extends { readonly type: 'boolean' }
    ? boolean
    : Definition extends { readonly type: 'list'; readonly choices: readonly (infer Choice)[] }
      ? readonly Choice[]
      : Definition extends { readonly type: 'list' }
        ? readonly string[]
        : Definition extends { readonly type: 'choice'; readonly choices: readonly (infer Choice)[] }
          ? Choice
          : string;

type Given = { readonly required: true } | { readonly default: string | number | boolean | readonly string[] };

/** The typed object that `loadSettings` returns for these definitions. */
export type SettingsOf<Definitions> = {
  readonly [Name in keyof Definitions]: Definitions[Name] extends Given
    ? ValueOf<Definitions[Name]>
    : ValueOf<Definitions[Name]> | undefined;
};

/** As `SettingsOf`, of an environment with problems: a required setting may be absent. */
export type PartialSettingsOf<Definitions> = {
  readonly [Name in keyof Definitions]: Definitions[Name] extends { readonly default: unknown }
    ? ValueOf<Definitions[Name]>
    : ValueOf<Definitions[Name]> | undefined;
};

/** Declares settings, keeping their literal types. Compose with spread: `defineSettings({ ...kafkaSettings, ... })`. */
export function defineSettings<const Definitions extends SettingDefinitions>(definitions: Definitions): Definitions {
  return definitions;
}

/** The same definitions, required only when this condition holds too: vendor credentials of a role that may be off. */
export function requireWhen<const Definitions extends SettingDefinitions>(
  condition: Condition,
  definitions: Definitions,
): {
  readonly [Name in keyof Definitions]: Definitions[Name] extends { required: true }
    ? Omit<Definitions[Name], 'required'> & { readonly requiredWhen: readonly Condition[] }
    : Definitions[Name];
} {
  const entries = Object.entries(definitions).map(([name, definition]) => {
    const { required, ...rest } = definition;
    const own = toConditions(definition);
    return required === true || own.length > 0
      ? [name, { ...rest, requiredWhen: [condition, ...own] }]
      : [name, definition];
  });
  return Object.fromEntries(entries);
}

/** All that must hold for the setting to be required; empty: it never is by a condition. */
export const toConditions = ({ requiredWhen = [] }: Pick<SettingDefinition, 'requiredWhen'>): readonly Condition[] =>
  [requiredWhen].flat();

export function isSecret(definition: SettingDefinition): boolean {
  return definition.type === 'secret' || definition.secret === true;
}
