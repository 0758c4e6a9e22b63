import { readFile } from 'node:fs/promises';
import { type AcceptedSecrets, secretPattern, toDigests } from './secretCheck.ts';

/** A secret setting as it was read at the start, and the file that it came from. */
export interface SecretSetting {
  readonly name: string;
  /** undefined: none was given. */
  readonly value: string | undefined;
  /** undefined: it came by the environment and stays as it is. */
  readonly path: string | undefined;
  /** A file that is missing or empty means that there is no such secret. (Default: the secret before it stays.) */
  readonly optional?: boolean;
}

export interface SecretSourceOptions {
  /** The current secret first, then the previous one. */
  readonly settings: readonly SecretSetting[];
  /** Characters; a shorter one is not taken. */
  readonly minLength: number;
  /** Between two looks at the files. (Default: 5000.) */
  readonly intervalMs?: number;
  readonly onChanged?: (setting: string) => void;
  /** The file cannot be used: what was read before stays. Said once, until it can be used again: then `why` is undefined. */
  readonly onProblem?: (setting: string, why: string | undefined) => void;
}

export interface SecretSource {
  readonly secrets: AcceptedSecrets;
  /** Looks at the files now. Never throws. */
  refresh(): Promise<void>;
  close(): void;
}

/**
 * Secrets that follow their files without a restart. Files are read again instead of watched: a mounted secret is
 * changed by turning a symbolic link, which watching misses.
 */
export function createSecretSource(options: SecretSourceOptions): SecretSource {
  const { settings, minLength, intervalMs = 5_000, onChanged, onProblem } = options;
  let values = settings.map(({ value }) => value);
  let accepted = toAccepted(values);
  const problems = new Map<string, string>();
  let refreshing: Promise<void> | undefined;

  const setProblem = (name: string, why: string | undefined): void => {
    if (problems.get(name) === why) return;
    if (why === undefined) problems.delete(name);
    else problems.set(name, why);
    onProblem?.(name, why);
  };

  // Read one after another, the current secret first, and taken at once: whoever writes the previous one before the
  // current one never has the old one refused, whenever we read.
  const readAll = async (): Promise<void> => {
    const reads: { readonly name: string; readonly read: Read }[] = [];
    for (const [index, setting] of settings.entries())
      reads.push({ name: setting.name, read: await readSetting(setting, values[index], minLength) });
    const before = values;
    values = reads.map(({ read }, index) => ('problem' in read ? before[index] : read.text));
    accepted = toAccepted(values);
    for (const [index, { name, read }] of reads.entries()) {
      setProblem(name, 'problem' in read ? read.problem : undefined);
      if (values[index] !== before[index]) onChanged?.(name);
    }
  };
  const refresh = (): Promise<void> =>
    (refreshing ??= readAll().finally(() => {
      refreshing = undefined;
    }));

  const timer = setInterval(() => void refresh(), intervalMs);
  timer.unref();
  return { secrets: () => accepted, refresh, close: () => clearInterval(timer) };
}

const toAccepted = (values: readonly (string | undefined)[]): readonly Buffer[] =>
  toDigests(values.filter((value) => value !== undefined));

/** `text` undefined: there is no such secret. */
type Read = { readonly text: string | undefined } | { readonly problem: string };

/** As the settings read a file: one newline at the end is not part of the secret. */
async function readSetting(
  { path, optional = false }: SecretSetting,
  before: string | undefined,
  minLength: number,
): Promise<Read> {
  if (path === undefined) return { text: before };
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    if (optional && code === 'ENOENT') return { text: undefined };
    return { problem: `the file cannot be read (${code})` };
  }
  if (text === '' && optional) return { text: undefined };
  if (text === '') return { problem: 'the file is empty' };
  if (text.length < minLength) return { problem: `the file has less than ${minLength} characters` };
  if (!secretPattern.matches.test(text)) return { problem: `the secret in the file is not ${secretPattern.says}` };
  return { text };
}
