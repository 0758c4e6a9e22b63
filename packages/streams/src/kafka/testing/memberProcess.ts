/**
 * A member in a process of its own, for tests that kill or stop it: `node memberProcess.ts <options as JSON>`. Tells its
 * parent each effect as it begins, and its status when asked. SIGTERM drains and leaves.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { counting, createBench } from './bench.ts';

export interface MemberProcessOptions {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly name: string;
  /** Of one effect. */
  readonly effectMs: number;
  /** (Default: none) */
  readonly stateDirectory?: string;
}

const options = JSON.parse(process.argv[2] ?? '{}') as MemberProcessOptions;
const bench = await createBench({ brokers: options.brokers, prefix: options.prefix, topics: [] });
const tell = (line: object): void => void process.send?.(line);
const handler = counting(options.name, (context) =>
  context.effect({ name: 'call' }, async () => {
    tell({ effect: `${context.key} ${context.state.value?.count ?? 0}` });
    await sleep(options.effectMs);
  }),
);
const { stateDirectory } = options;
const member = bench.member({
  withState: true,
  member: options.name,
  handler,
  stateDirectory,
  checkpointMs: 200,
  observer: { checkpointSaved: () => tell({ saved: true }) },
});

process.on('message', () => tell({ status: member.status() }));
process.on('disconnect', () => process.exit(1));
process.on('SIGTERM', () => {
  void member
    .stop(5_000)
    .then(() => bench[Symbol.asyncDispose]())
    .then(() => process.exit(0));
});
await member.start();
tell({ started: true });
