import {
  type Condition,
  type PartialSettingsOf,
  type SettingDefinition,
  type SettingDefinitions,
  type SettingsOf,
  toConditions,
} from './definition.ts';
import { parseSetting, SettingProblem, type SettingValue } from './parse.ts';
import { type Environment, readSetting } from './read.ts';

/** Every problem of the configuration at once. No value of a setting is in it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The settings have ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/**
 * Rules between settings → problems, each beginning with a setting's name and naming, before its first colon, all
 * settings that it comes of. Also asked when settings have problems of their own: those have their default then, or are
 * absent, and problems that name them are left out.
 */
export type SettingsCheck<Definitions extends SettingDefinitions> = (
  settings: PartialSettingsOf<Definitions>,
) => readonly string[];

/**
 * Environment → typed settings, frozen. Variables that no definition names are ignored.
 * @throws SettingsError with all problems; the process should print it and not start.
 */
export function loadSettings<const Definitions extends SettingDefinitions>(
  definitions: Definitions,
  env: Environment = process.env,
  check: SettingsCheck<Definitions> = () => [],
): SettingsOf<Definitions> {
  const problems: string[] = [];
  const values: Record<string, SettingValue | undefined> = {};
  const failed = new Set<string>();

  const attempt = (name: string, step: () => void): void => {
    try {
      step();
    } catch (error) {
      if (!(error instanceof SettingProblem)) throw error;
      failed.add(name);
      values[name] = definitions[name]?.default;
      problems.push(`${name} ${error.message}`);
    }
  };

  /** undefined: neither the setting nor its short form is given. */
  const readText = (name: string, definition: SettingDefinition): string | undefined => {
    const { shortForm } = definition;
    const text = readSetting(name, env, definition);
    const short = shortForm && values[shortForm.name];
    if (shortForm === undefined || short === undefined) return text;
    if (text !== undefined) throw new SettingProblem(`is given beside ${shortForm.name}: remove one`);
    return shortForm.toText(String(short));
  };
  /** Its short form is given and has a problem of its own. */
  const isSpoiled = ({ shortForm }: SettingDefinition): boolean =>
    shortForm !== undefined && failed.has(shortForm.name);

  for (const [name, definition] of Object.entries(definitions)) {
    attempt(name, () => {
      const text = readText(name, definition);
      if (text !== undefined) values[name] = parseSetting(definition, text);
      else if (definition.required !== true) values[name] = definition.default;
      else if (!isSpoiled(definition)) throw toMissing(definition);
    });
  }
  for (const [name, definition] of Object.entries(definitions)) {
    if (values[name] !== undefined || failed.has(name) || isSpoiled(definition)) continue;
    // What decides has a problem of its own: whether this one is needed shows when that is mended.
    if (toConditions(definition).some((condition) => failed.has(condition.name))) continue;
    attempt(name, () => refuseWhenNeeded(definition, values));
  }

  // A rule that names a setting whose problem is listed already judges a value that nobody gave. What follows a colon
  // is the explanation, and may name any.
  const isFollowUp = (problem: string): boolean =>
    [...failed].some((name) => new RegExp(`^[^:]*\\b${name}\\b`).test(problem));
  problems.push(...check(values as PartialSettingsOf<Definitions>).filter((problem) => !isFollowUp(problem)));
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.freeze(values) as SettingsOf<Definitions>;
}

const toMissing = ({ description }: SettingDefinition, because = '') =>
  new SettingProblem(`is missing${because}: ${description}`);

function refuseWhenNeeded(
  definition: SettingDefinition,
  values: Readonly<Record<string, SettingValue | undefined>>,
): void {
  const conditions = toConditions(definition);
  const holds = ({ name, value }: Condition): boolean => {
    const other = values[name];
    return Array.isArray(other) ? other.includes(value) : String(other) === value;
  };
  if (conditions.length === 0 || !conditions.every(holds)) return;
  throw toMissing(definition, `, ${conditions.map(({ name, value }) => `${name} being ${value}`).join(' and ')}`);
}
