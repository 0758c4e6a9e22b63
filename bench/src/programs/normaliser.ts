import path from 'node:path';
import type { BenchContext } from '../commands/context.ts';
import type { RunTopics } from '../load/kafka.ts';
import { normaliserEnvironment } from './settings.ts';
import type { WithProgramOptions } from './withProgram.ts';

/** ingest-ct that only normalises, as in production. `settings` win over those. */
export function normaliserOn(
  { options, logs }: BenchContext,
  run: RunTopics,
  { shopUrl, settings }: { readonly shopUrl: string; readonly settings: Readonly<Record<string, string>> },
): WithProgramOptions {
  const { concurrency } = options;
  return {
    main: 'services/ingest-ct/src/main.ts',
    env: (opsPort) => ({ ...normaliserEnvironment({ run, shopUrl, opsPort, concurrency }), ...settings }),
    logFile: path.join(logs, 'normaliser.log'),
  };
}
