import path from 'node:path';
import type { BenchContext } from '../commands/context.ts';
import type { RunTopics } from '../load/kafka.ts';
import { statusWriterEnvironment } from './settings.ts';
import type { WithProgramOptions } from './withProgram.ts';

/** The real service on the topics of a run, with its default settings. */
export function statusWriterOn(
  { options, vendor, logs }: BenchContext,
  run: RunTopics,
  shopUrl: string,
): WithProgramOptions {
  const { concurrency, profile } = options;
  return {
    main: 'services/status-writer/src/main.ts',
    env: (opsPort) => statusWriterEnvironment({ run, vendorUrl: vendor.url, shopUrl, opsPort, concurrency }),
    logFile: path.join(logs, 'status-writer.log'),
    profile,
  };
}
