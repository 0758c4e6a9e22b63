import { armFailpoints, FailpointError } from '@pipeline/streams';
import type { SettingDefinitions, SettingsOf } from './definition.ts';
import { toUsage } from './describe.ts';
import { loadSettings, type SettingsCheck, SettingsError } from './load.ts';
import type { Environment } from './read.ts';

/** Where a command line program speaks and how it ends. (Default: the process.) */
export interface ProgramOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly exit: (code: number) => void;
}

export interface RunWithSettings<Definitions extends SettingDefinitions> {
  readonly definitions: Definitions;
  readonly check?: SettingsCheck<Definitions>;
  readonly run: (settings: SettingsOf<Definitions>) => Promise<void> | void;
  /** What `--check` looks at beside the settings, e.g. loads what they name. Throws an Error that says what is wrong. */
  readonly tryOut?: (settings: SettingsOf<Definitions>) => Promise<void>;
  /** Arguments after the program's name. (Default: of the process.) */
  readonly argv?: readonly string[];
  readonly env?: Environment;
  readonly output?: ProgramOutput;
}

const processOutput: ProgramOutput = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  exit: (code) => process.exit(code),
};

/**
 * The main of a service. Exit code 2: the settings have problems, listed on stderr, or an argument is unknown. With
 * `--check`: prints `settings are valid` when `tryOut` has nothing against it, starts nothing, exit code 0. With
 * `--help`: the settings. Exit code 1: `run` failed.
 */
export async function runWithSettings<const Definitions extends SettingDefinitions>(
  options: RunWithSettings<Definitions>,
): Promise<void> {
  const { definitions, run, argv = process.argv.slice(2), env = process.env, output = processOutput } = options;
  const unknown = argv.find((argument) => argument !== '--check' && argument !== '--help');
  if (unknown !== undefined || argv.includes('--help')) {
    const usage = `Settings are environment variables, each also as NAME_FILE with the path of a file:\n\n${toUsage(definitions)}\n--check validates them and starts nothing.\n`;
    if (unknown === undefined) output.out(usage);
    else output.err(`${unknown.replace(/=.*/s, '=…')} is not an argument of this program.\n\n${usage}`);
    return output.exit(unknown === undefined ? 0 : 2);
  }
  let settings: SettingsOf<Definitions>;
  try {
    settings = loadSettings(definitions, env, options.check);
    armFailpoints(env);
  } catch (error) {
    if (!(error instanceof SettingsError || error instanceof FailpointError)) throw error;
    output.err(`${error.message}\n`);
    return output.exit(2);
  }
  if (argv.includes('--check')) {
    try {
      await options.tryOut?.(settings);
    } catch (error) {
      output.err(`${toReason(error)}\n`);
      return output.exit(2);
    }
    output.out('settings are valid\n');
    return output.exit(0);
  }
  try {
    await run(settings);
  } catch (error) {
    output.err(`could not start: ${toReason(error)}\n`);
    output.exit(1);
  }
}

/** Only the message: the printed form of an error may hold request headers. */
const toReason = (error: unknown): string => (error instanceof Error ? error.message : 'unknown reason');
