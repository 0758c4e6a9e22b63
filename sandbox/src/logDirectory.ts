import { rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Where the services write their logs. */
export interface LogDirectory {
  readonly path: string;
  /** It stays, however the sandbox ends: the services must not remove it when they are orphaned. */
  readonly kept: boolean;
  /** From now on it stays, unless this process is killed: then the services remove it. */
  keep(): void;
  /** Removes it, unless it is kept; `keep` says that it stays after all. Resolves with whether there is something in it. */
  close(options: { readonly keep: boolean }): Promise<boolean>;
}

/** A new directory for logs. It goes when this process exits before it was closed. */
export async function createLogDirectory({ kept }: { readonly kept: boolean }): Promise<LogDirectory> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sandbox-logs-'));
  let stays = kept;
  const removeAtExit = (): void => (stays ? undefined : rmSync(directory, { recursive: true, force: true }));
  process.once('exit', removeAtExit);
  return {
    path: directory,
    kept,
    keep: () => void (stays = true),
    async close({ keep }) {
      process.removeListener('exit', removeAtExit);
      const isLeft = (stays || keep) && (await readdir(directory)).length > 0;
      if (!isLeft) await rm(directory, { recursive: true, force: true });
      return isLeft;
    },
  };
}
