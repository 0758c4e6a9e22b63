import path from 'node:path';
import type { BenchContext } from '../commands/context.ts';
import type { RunTopics } from '../load/kafka.ts';
import { routerEnvironment } from './settings.ts';
import type { WithProgramOptions } from './withProgram.ts';

/** The real service on the topics of a run. `settings` win over those of production. */
export function routerOn(
  { options, vendor, logs }: BenchContext,
  run: RunTopics,
  settings: Readonly<Record<string, string>> = {},
): WithProgramOptions {
  const { concurrency, profile } = options;
  return {
    main: 'services/order-router/src/main.ts',
    env: (opsPort) => ({ ...routerEnvironment({ run, vendorUrl: vendor.url, opsPort, concurrency }), ...settings }),
    logFile: path.join(logs, 'router.log'),
    profile,
  };
}
