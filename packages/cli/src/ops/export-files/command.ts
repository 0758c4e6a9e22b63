import { replayTopics } from '@pipeline/schemas';
import { createProducerQueue } from '@pipeline/streams/kafka';
import { withLog, type Log } from '../kafka/log.ts';
import { type Output, toJson } from '../output.ts';
import { createTiming } from '../progress.ts';
import { checkTopics } from '../replay/plan.ts';
import { parseReplaySource } from '../replay/sources.ts';
import type { OpsTarget } from '../target.ts';
import type { ImportEventsOptions } from './arguments.ts';
import { describeImport, importCommand, toReport } from './describe.ts';
import { importIdOf, readImported } from './lane.ts';
import { createTally, type FoundEvent, readEvents, sumOf, type Tally } from './readEvents.ts';
import { sendEvents } from './send.ts';

/** A file, and how far an earlier run came with it. */
export interface PlannedFile {
  readonly file: string;
  readonly importId: string;
  readonly fromLine: number;
}

const lane = replayTopics.fulfillmenttoolsNotifications;

/** `import-events`. Returns the exit code: 0 also when there was nothing to write, 1 when a line or a file was bad. */
export async function importEvents(target: OpsTarget, options: ImportEventsOptions, output: Output): Promise<number> {
  const { out, err } = options.json ? { out: output.err, err: output.err } : output;
  // Before anything else: a name that is mistyped must not be found in the middle.
  const ids = await Promise.all(
    options.files.map(async (file) => ({ file, importId: await importIdOf(file, options) })),
  );
  return await withLog({ target, topics: [lane.source, lane], say: err }, async (log) => {
    checkTopics(log, parseReplaySource(lane.source.name));
    const imported = await readImported(log);
    const files = ids.map((each) => ({ ...each, fromLine: imported.get(each.importId) ?? 0 }));
    let tally = createTally();
    let sent = 0;
    let confirmed = options.yes && !options.dryRun;
    if (!confirmed) {
      for (const { file } of files) await readToEnd(readEvents(file, options, tally));
      describeImport(tally, files, log.nameOf(lane)).forEach((line) => out(line));
      if (options.dryRun) out('Dry run: nothing was written.');
      else confirmed = sumOf(tally.events) > 0 && (await isConfirmed(tally, output));
    }
    if (confirmed) {
      tally = createTally();
      sent = await send(log, { files, tally, options }, err);
      describeImport(tally, files, log.nameOf(lane)).forEach((line) => out(line));
      out(`${sent} written. How far ingest-fft is: pipeline_replay_lag.`);
    } else if (!options.dryRun) out('Nothing was written.');
    if (options.json) output.out(toJson(toReport({ tally, files, sent, options, lane: log.nameOf(lane) })));
    return tally.bad > 0 ? 1 : 0;
  });
}

interface Import {
  readonly files: readonly PlannedFile[];
  readonly tally: Tally;
  readonly options: ImportEventsOptions;
}

async function send(log: Log, { files, tally, options }: Import, say: (line: string) => void): Promise<number> {
  const queue = createProducerQueue({ kafka: log.kafka, maxTopicBytes: () => lane.maxMessageBytes });
  const pace = { startedAt: performance.now(), sent: 0 };
  const isTime = createTiming();
  const command = importCommand(options);
  // Said before it begins: whoever breaks it off needs it.
  say(`To go on after an interruption: ${command}`);
  try {
    for (const { file, importId, fromLine } of files) {
      const onSent = (): void => {
        if (isTime()) say(`… ${pace.sent} written, ${tally.bad} bad lines, in ${file}`);
      };
      const events: AsyncIterable<FoundEvent> = readEvents(file, options, tally);
      const { perSecond } = options;
      await sendEvents({ events, importId, fromLine, queue, topic: log.nameOf(lane), perSecond, pace, onSent });
    }
    return pace.sent;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Stopped after ${pace.sent}: ${why}\nGo on with: ${command}`, { cause });
  } finally {
    await queue.close();
  }
}

async function readToEnd(events: AsyncIterator<FoundEvent>): Promise<void> {
  while (!(await events.next()).done);
}

async function isConfirmed({ events }: Tally, { ask }: Output): Promise<boolean> {
  if (!ask) throw new Error('Nothing was written: nobody can be asked here. Look at --dry-run, then add --yes.');
  const answer = await ask(`Let ingest-fft handle ${sumOf(events)} events? Type yes: `);
  return answer.trim().toLowerCase() === 'yes';
}
