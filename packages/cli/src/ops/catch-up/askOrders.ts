import { type ProcessReading, toNotifications } from '@pipeline/provider-fulfillmenttools';
import { topics } from '@pipeline/schemas';
import type { Environment } from '@pipeline/service-kit';
import { createProducerQueue } from '@pipeline/streams/kafka';
import { withLog } from '../kafka/log.ts';
import { toNotificationMessage } from '../notificationMessage.ts';
import { findStory } from '../order/findStory.ts';
import { createStoryCodec, gatheredTopics } from '../order/gather.ts';
import type { Story } from '../order/story.ts';
import { type Output, toJson } from '../output.ts';
import type { OpsTarget } from '../target.ts';
import { withProvider } from '../vendors/provider.ts';
import type { AskOptions } from './arguments.ts';
import { createProcessReader } from './readProcesses.ts';

const topic = topics.fulfillmenttoolsNotifications;

/** What came of one order. */
interface Asked {
  readonly id: string;
  readonly orderId: string | null;
  readonly processes: number;
  readonly calls: number;
  readonly written: number;
  /** Kinds of entities that may not be read. */
  readonly refused: readonly string[];
  /** Why nothing was asked. */
  readonly problem: string | null;
}

/**
 * `catch-up fulfillmenttools`: what fulfillmenttools has of single orders, landed as notifications of it. Returns the exit
 * code: 1 when one of the orders could not be asked about, or not in full.
 * @throws SettingsError; PipelineError when fulfillmenttools does not answer: what was written before it stays.
 */
export async function askOrders(
  { env, target }: { readonly env: Environment; readonly target: OpsTarget },
  { ids, dryRun, json }: AskOptions,
  { out, err }: Output,
): Promise<number> {
  const say = json ? err : out;
  return await withProvider(env, (client) => {
    const codec = createStoryCodec(target);
    const readProcesses = createProcessReader(client);
    return withLog({ target, topics: gatheredTopics, say: err }, async (log) => {
      const queue = createProducerQueue({ kafka: log.kafka, maxTopicBytes: () => topic.maxMessageBytes });
      const asked: Asked[] = [];
      try {
        for (const id of ids) {
          const story = await findStory(id, { log, codec, since: undefined, now: Date.now(), say: err });
          const readings = await readProcesses(toProcessIds(story));
          const found = readings.flatMap((reading) => toNotifications(reading));
          if (!dryRun && found.length > 0)
            await queue.send(
              found.map((each) =>
                toNotificationMessage(each, { topic: log.nameOf(topic), producer: 'ops', now: new Date() }),
              ),
            );
          const answer = toAsked(id, { story, readings, written: dryRun ? 0 : found.length });
          asked.push(answer);
          say(describe(answer, found.length, dryRun));
        }
      } finally {
        await queue.close();
      }
      if (json) out(toJson({ dryRun, orders: asked }));
      return asked.every(({ problem, refused }) => problem === null && refused.length === 0) ? 0 : 1;
    });
  });
}

const toProcessIds = (story: Story | undefined): readonly string[] => {
  const placed = story?.ledger?.value.placements.map(({ processId }) => processId) ?? [];
  const folded = story?.state?.value.processes.map(({ processId }) => processId) ?? [];
  return [...new Set([...placed, ...folded])].filter((id): id is string => id !== null && id !== '');
};

function toAsked(
  id: string,
  { story, readings, written }: { story: Story | undefined; readings: readonly ProcessReading[]; written: number },
): Asked {
  const processes = toProcessIds(story).length;
  const problem = !story
    ? 'nothing is known of it'
    : processes === 0
      ? 'it has no process at fulfillmenttools that is known here'
      : readings.length === 0
        ? 'fulfillmenttools has its process no more'
        : null;
  return {
    ...{ id, orderId: story?.orderId ?? null, processes, written, problem },
    calls: readings.reduce((sum, { calls }) => sum + calls, 0),
    refused: [...new Set(readings.flatMap(({ refused }) => [...refused.keys()]))],
  };
}

function describe({ id, calls, refused, problem }: Asked, found: number, dryRun: boolean): string {
  if (problem !== null) return `${id}: nothing was read, for ${problem}.`;
  const what = `${found} notifications ${dryRun ? 'would be written' : 'written'}, ${calls} calls`;
  return `${id}: ${what}${refused.length > 0 ? `; not allowed to read: ${refused.join(', ')}` : ''}.`;
}
