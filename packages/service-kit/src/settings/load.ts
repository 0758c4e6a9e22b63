import type { PartialSettingsOf, SettingDefinition, SettingDefinitions, SettingsOf } from './definition.ts';
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
 * Rules between settings → problems, each beginning with a setting's name. Also asked when settings have problems of
 * their own: those have their default then, or are absent.
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

  for (const [name, definition] of Object.entries(definitions)) {
    attempt(name, () => {
      values[name] = loadOne(name, definition, env);
    });
  }
  for (const [name, definition] of Object.entries(definitions)) {
    if (values[name] === undefined && !failed.has(name)) attempt(name, () => refuseWhenNeeded(definition, values));
  }

  const absent = [...failed].filter((name) => values[name] === undefined);
  // A rule that misses a setting whose problem is listed already says nothing new.
  const isFollowUp = (problem: string): boolean => absent.some((name) => new RegExp(`\\b${name}\\b`).test(problem));
  problems.push(...check(values as PartialSettingsOf<Definitions>).filter((problem) => !isFollowUp(problem)));
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.freeze(values) as SettingsOf<Definitions>;
}

function loadOne(name: string, definition: SettingDefinition, env: Environment): SettingValue | undefined {
  const text = readSetting(name, env);
  if (text !== undefined) return parseSetting(definition, text);
  if (definition.required === true) throw new SettingProblem(`is missing: ${definition.description}`);
  return definition.default;
}

function refuseWhenNeeded(
  definition: SettingDefinition,
  values: Readonly<Record<string, SettingValue | undefined>>,
): void {
  const condition = definition.requiredWhen;
  if (condition === undefined) return;
  const other = values[condition.name];
  const holds = Array.isArray(other) ? other.includes(condition.value) : String(other) === condition.value;
  if (holds)
    throw new SettingProblem(`is missing, ${condition.name} being ${condition.value}: ${definition.description}`);
}
