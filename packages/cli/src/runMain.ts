import { SettingsError } from '@pipeline/service-kit';
import { withoutAskingAgain } from './ops/output.ts';

/** Runs a command; its error becomes one plain message and exit code 1, or 2 where it is of the settings, as a service's. */
export async function runMain(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    console.error(withoutAskingAgain(error instanceof Error ? error.message : String(error)));
    process.exitCode = error instanceof SettingsError ? 2 : 1;
  }
}
