/** What a service counts, as it is now. */
export interface Metrics {
  /** Over all labels. */
  sum(name: string): number;
  /** By the value of one label; those at 0 are left out. */
  by(name: string, label: string): Readonly<Record<string, number>>;
}

export async function readMetrics(opsUrl: string): Promise<Metrics> {
  return parseMetrics(await (await fetch(`${opsUrl}/metrics`)).text());
}

/** The Prometheus text format, as far as our services write it. */
export function parseMetrics(text: string): Metrics {
  const lines = text.split('\n');
  const seriesOf = (name: string) =>
    lines
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .map((line) => ({ line, value: Number(line.slice(line.lastIndexOf(' ') + 1)) }));
  return {
    sum: (name) => seriesOf(name).reduce((sum, { value }) => sum + value, 0),
    by(name, label) {
      const counts: Record<string, number> = {};
      for (const { line, value } of seriesOf(name)) {
        const found = new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.[1];
        if (found !== undefined && value !== 0) counts[found] = (counts[found] ?? 0) + value;
      }
      return counts;
    },
  };
}
