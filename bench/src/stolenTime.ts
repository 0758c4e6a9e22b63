import { readFile } from 'node:fs/promises';

/** Since the machine started, in ticks of all CPUs. */
export interface CpuTimes {
  /** When something was to run here. */
  readonly wanted: number;
  /** Of these: when the host of this virtual machine ran something else. */
  readonly stolen: number;
}

/** The first line of /proc/stat (proc_stat(5)): user nice system idle iowait irq softirq steal. */
export function parseCpuTimes(stat: string): CpuTimes {
  const [name, ...ticks] = stat.split('\n', 1)[0]?.split(/\s+/) ?? [];
  if (name !== 'cpu' || ticks.length < 8)
    throw new Error('This is not /proc/stat: it does not begin with the line cpu');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, stolen = 0] = ticks.map(Number);
  return { wanted: user + nice + system + irq + softirq + stolen, stolen };
}

/** undefined: not on Linux. */
export async function readCpuTimes(): Promise<CpuTimes | undefined> {
  return process.platform === 'linux' ? parseCpuTimes(await readFile('/proc/stat', 'utf8')) : undefined;
}

/**
 * Share of the wanted CPU time that the host gave to others: 0 to 1; null where it is not known. Figures of a run with more than a few
 * hundredths cannot be compared.
 */
export function stolenShare(before: CpuTimes | undefined, after: CpuTimes | undefined): number | null {
  if (!before || !after) return null;
  const wanted = after.wanted - before.wanted;
  return wanted > 0 ? (after.stolen - before.stolen) / wanted : 0;
}
