import { isSecret, type SettingDefinition, type SettingDefinitions, toConditions } from './definition.ts';
import type { SettingValue } from './parse.ts';

/** Settings by name for a start-up log: a secret appears as `set` or `not set`. */
export function describeSettings(
  definitions: SettingDefinitions,
  values: Readonly<Record<string, SettingValue | undefined>>,
): Readonly<Record<string, string>> {
  const describe = (definition: SettingDefinition, value: SettingValue | undefined): string => {
    if (value === undefined) return 'not set';
    return isSecret(definition) ? 'set' : String(value);
  };
  return Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, describe(definition, values[name])]),
  );
}

/** Definitions → lines for a terminal, in order of declaration. */
export function toUsage(definitions: SettingDefinitions): string {
  return Object.entries(definitions)
    .map(([name, definition]) => {
      const value = defaultOf(definition).replaceAll(/[`*]/g, '');
      return `  ${name}${value === '' ? '' : ` (${definition.default === undefined ? value : `default ${value}`})`}\n      ${definition.description}\n`;
    })
    .join('');
}

/** Definitions → a Markdown table for the reference page, in order of declaration. */
export function toReference(definitions: SettingDefinitions): string {
  const rows = Object.entries(definitions).map(([name, definition]) =>
    [`\`${name}\``, typeOf(definition), defaultOf(definition), definition.description].map(toCell),
  );
  const table = [['Name', 'Type', 'Default', 'Description'], ['---', '---', '---', '---'], ...rows];
  return `${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

function toCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}

function typeOf(definition: SettingDefinition): string {
  const parts: string[] = [definition.type];
  if ('choices' in definition && definition.choices)
    parts.push(`of ${definition.choices.map((choice) => `\`${choice}\``).join(', ')}`);
  if ('of' in definition && definition.of) parts.push(`of \`${definition.of}\``);
  if (definition.type === 'url' && definition.takesSecrets) parts.push('over https');
  if ('min' in definition && definition.min !== undefined) parts.push(`from ${definition.min}`);
  if ('max' in definition && definition.max !== undefined) parts.push(`to ${definition.max}`);
  if ('minLength' in definition && definition.minLength !== undefined)
    parts.push(`of at least ${definition.minLength} characters`);
  if ('pattern' in definition && definition.pattern) parts.push(`of ${definition.pattern.says}`);
  if (isSecret(definition) && definition.type !== 'secret') parts.push('(secret)');
  return parts.join(' ');
}

function defaultOf(definition: SettingDefinition): string {
  const { shortForm } = definition;
  const or = shortForm === undefined ? '' : `, or \`${shortForm.name}\``;
  if (definition.required === true) return `**required**${or}`;
  const conditions = toConditions(definition).map(({ name, value }) => `\`${name}\` is \`${value}\``);
  if (conditions.length > 0) return `required when ${conditions.join(' and ')}${or}`;
  if (definition.default === undefined) return '';
  if (isSecret(definition)) return 'set';
  return definition.default === '' ? 'empty' : `\`${String(definition.default)}\``;
}
