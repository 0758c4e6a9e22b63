import { readFile } from 'node:fs/promises';
import { type AcceptedSecrets, fixedSecrets } from './secretCheck.ts';

/** A secret setting as it was read at the start, and the file that it came from. */
export interface SecretSetting {
  readonly name: string;
  readonly value: string;
  /** undefined: it came by the environment and stays as it is. */
  readonly path: string | undefined;
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
  const values = settings.map(({ value }) => value);
  let accepted = fixedSecrets(...values);
  const problems = new Map<string, string>();
  let refreshing: Promise<void> | undefined;

  const setProblem = (name: string, why: string | undefined): void => {
    if (problems.get(name) === why) return;
    if (why === undefined) problems.delete(name);
    else problems.set(name, why);
    onProblem?.(name, why);
  };

  // One after another, the current secret first: when both change between two reads, the old one is accepted as
  // current or as previous, never as none of them.
  const readAll = async (): Promise<void> => {
    for (const [index, { name, path }] of settings.entries()) {
      if (path === undefined) continue;
      const read = await readSecret(path, minLength);
      setProblem(name, 'problem' in read ? read.problem : undefined);
      if ('problem' in read || read.text === values[index]) continue;
      values[index] = read.text;
      accepted = fixedSecrets(...values);
      onChanged?.(name);
    }
  };
  const refresh = (): Promise<void> =>
    (refreshing ??= readAll().finally(() => {
      refreshing = undefined;
    }));

  const timer = setInterval(() => void refresh(), intervalMs);
  timer.unref();
  return { secrets: () => accepted(), refresh, close: () => clearInterval(timer) };
}

type Read = { readonly text: string } | { readonly problem: string };

/** As the settings read a file: one newline at the end is not part of the secret. */
async function readSecret(path: string, minLength: number): Promise<Read> {
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    return { problem: `the file cannot be read (${code})` };
  }
  if (text === '') return { problem: 'the file is empty' };
  if (text.length < minLength) return { problem: `the file has less than ${minLength} characters` };
  return { text };
}
