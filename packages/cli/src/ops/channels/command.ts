import { randomUUID } from 'node:crypto';
import type { ListedChannel } from '@pipeline/platform-commercetools';
import type { Environment } from '@pipeline/service-kit';
import { createBar } from '../bar.ts';
import { INTERRUPTED, withInterruption } from '../interruption.ts';
import { withLaneQueue } from '../kafka/laneQueue.ts';
import { type Shop, withShop } from '../vendors/shop.ts';
import { type Log, withLog } from '../kafka/log.ts';
import { type Output, toJson } from '../output.ts';
import { countOpen } from '../replay/command.ts';
import { checkTopics } from '../replay/plan.ts';
import { parseReplaySource } from '../replay/sources.ts';
import { opsTargetFrom } from '../target.ts';
import type { ChannelSyncOptions } from './arguments.ts';
import { listChannels } from './listChannels.ts';
import { sendChannels } from './send.ts';
import manifest from '../../../package.json' with { type: 'json' };

const source = parseReplaySource('commercetools.notifications');
const { lane } = source;

interface Run {
  readonly log: Log;
  readonly shop: Shop;
  readonly options: ChannelSyncOptions;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** `channels sync`. Returns the exit code: 0 also when there was nothing to send, 130 when it was interrupted. */
export async function syncChannels(env: Environment, options: ChannelSyncOptions, output: Output): Promise<number> {
  const { json, dryRun } = options;
  const out = json ? output.err : output.out;
  const target = opsTargetFrom(env);
  return await withInterruption((signal) =>
    withShop(env, { what: 'Channels', scope: 'view_channels' }, (shop) =>
      withLog({ target, topics: [lane.source, lane], say: output.err }, async (log) => {
        const run = { log, shop, options, say: output.err, signal };
        checkTopics(log, source);
        const channels = await list(run);
        if (channels === undefined) {
          out('Interrupted: nothing was sent.');
          return INTERRUPTED;
        }
        describe(channels, { project: shop.projectKey, lane: log.nameOf(lane), options }).forEach((line) => out(line));
        const sent = dryRun ? 0 : await send(run, channels);
        const interrupted = signal.aborted;
        out(toResult({ planned: channels.length, sent, dryRun, interrupted }));
        if (json) {
          const openInLane = await countOpen(log, source);
          const facts = { planned: channels.length, sent, openInLane, interrupted };
          output.out(toJson({ lane: log.nameOf(lane), role: options.role ?? null, keys: options.keys, ...facts }));
        }
        return interrupted ? INTERRUPTED : 0;
      }),
    ),
  );
}

/** undefined: it was interrupted. */
async function list({ shop, options, signal }: Run): Promise<readonly ListedChannel[] | undefined> {
  try {
    return await listChannels({ ...options, api: shop.api, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function send({ log, shop, options, say, signal }: Run, channels: readonly ListedChannel[]): Promise<number> {
  const bar = createBar(channels.length, say);
  let count = 0;
  try {
    return await withLaneQueue(log, lane, (laneQueue) =>
      sendChannels({
        ...laneQueue,
        channels,
        syncId: `channels-${randomUUID()}`,
        projectKey: shop.projectKey,
        producer: `ops@${manifest.version}`,
        perSecond: options.perSecond,
        onSent: (so) => bar((count = so)),
        signal,
      }),
    );
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const text = `Stopped after ${count} of ${channels.length}: ${why}\nGive the command again: it sends all, and what came twice changes nothing.`;
    throw new Error(text, { cause });
  }
}

interface Facts {
  readonly project: string;
  readonly lane: string;
  readonly options: ChannelSyncOptions;
}

/** What it sends, for a person; a dry run names each. */
export function describe(channels: readonly ListedChannel[], { project, lane, options }: Facts): string[] {
  const { role, dryRun } = options;
  const which = role === undefined ? '' : ` with the role ${role}`;
  const width = Math.max(0, ...channels.map(({ key }) => key.length));
  return [
    `Channels of project ${project}${which} → ${lane}, read by ingest-ct: ${channels.length}`,
    ...(dryRun ? channels.map(({ key, id, roles }) => `  ${key.padEnd(width)}  ${id}  ${roles.join(', ')}`) : []),
  ];
}

export function toResult(outcome: { planned: number; sent: number; dryRun: boolean; interrupted: boolean }): string {
  const { planned, sent, dryRun, interrupted } = outcome;
  if (interrupted) return `Interrupted after ${sent} of ${planned}. Give the command again: it sends all.`;
  if (dryRun) return 'Dry run: nothing was sent.';
  if (planned === 0) return 'Nothing to send.';
  return `${sent} sent. How far ingest-ct is: pipeline_replay_lag; without CT_CHANNELS=on it ignores them (pipeline_notifications_ignored_total).`;
}
