import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../load/kafka.ts';
import { type CpuProfile, summarize } from '../profile.ts';

/** Says what costs most in the newest profile of the directory, without its first `skipMs`. */
export async function tellProfile(directory: string, skipMs: number, log: Log): Promise<void> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.cpuprofile')).sort();
  const newest = files.at(-1);
  if (newest === undefined) return log(`No profile came into ${directory}`);
  const profile = JSON.parse(await readFile(path.join(directory, newest), 'utf8')) as CpuProfile;
  const { busyMs, packages, functions } = summarize(profile, { skipMs });
  log(`${newest}: busy for ${busyMs.toFixed(0)} ms`);
  for (const list of [packages, functions]) {
    for (const { name, share } of list) log(`${(share * 100).toFixed(1).padStart(6)} %  ${name}`);
    log('');
  }
}
