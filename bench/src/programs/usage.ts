import type { Program } from './startProgram.ts';

/** What a process has used, by its own metrics. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly rssMb: number;
}

export async function readUsage(program: Pick<Program, 'metrics'>): Promise<Usage> {
  const metrics = await program.metrics();
  return {
    cpuSeconds: metrics.sum('process_cpu_seconds_total'),
    rssMb: metrics.sum('process_resident_memory_bytes') / 2 ** 20,
  };
}
