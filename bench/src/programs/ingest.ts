import path from 'node:path';
import type { BenchContext } from '../commands/context.ts';
import type { RunTopics } from '../load/kafka.ts';
import { engineEnvironment } from './settings.ts';
import type { WithProgramOptions } from './withProgram.ts';

export interface IngestOn {
  /** The service, or the same server without Kafka behind it. */
  readonly program: 'ingest' | 'bare';
  readonly run: RunTopics;
  readonly port: number;
  readonly secret: string;
}

const mains = { ingest: 'services/ingest-ct/src/main.ts', bare: 'bench/src/programs/ingestBare.main.ts' };

/** A process that only lands, with its default settings. */
export function ingestOn(
  { options, logs }: BenchContext,
  { program, run, port, secret }: IngestOn,
): WithProgramOptions {
  return {
    main: mains[program],
    env: (opsPort) => {
      const { CONCURRENCY: _, ...environment } = engineEnvironment({ run, opsPort, concurrency: 1 });
      return { ...environment, ROLES: 'land', PORT: String(port), CT_PUSH_SECRET: secret };
    },
    logFile: path.join(logs, `${program}.log`),
    profile: program === 'ingest' ? options.profile : undefined,
  };
}
