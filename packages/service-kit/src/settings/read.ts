import { readFileSync } from 'node:fs';
import type { SettingDefinition } from './definition.ts';
import { SettingProblem } from './parse.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The text given for a setting, by `NAME` or by the file that `NAME_FILE` names (one trailing newline is not part of
 * it). An empty variable counts as not given, and so does, where it is optional, a file that is missing or empty.
 * undefined: not given.
 * @throws SettingProblem both are given, or the file cannot be used.
 */
export function readSetting(
  name: string,
  env: Environment,
  { optionalFile = false }: Pick<SettingDefinition, 'optionalFile'> = {},
): string | undefined {
  const direct = env[name] || undefined;
  const path = env[`${name}_FILE`] || undefined;
  if (path === undefined) return direct;
  if (direct !== undefined) throw new SettingProblem(`is given twice, as ${name} and as ${name}_FILE: remove one`);
  const text = readText(name, path, optionalFile).replace(/\r?\n$/, '');
  if (text === '' && optionalFile) return undefined;
  if (text === '') throw new SettingProblem(`is empty: ${name}_FILE names ${path}, which has no content`);
  return text;
}

/** A file that is missing is one without content where it may be missing. */
function readText(name: string, path: string, mayBeMissing: boolean): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    if (mayBeMissing && code === 'ENOENT') return '';
    throw new SettingProblem(`cannot be read: ${name}_FILE names ${path} (${code})`);
  }
}
