import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type MetricDefinition, type MetricsCatalogue, metricsCatalogue } from './metricsCatalogue.ts';

type InstrumentOf<Definition extends MetricDefinition> = Definition['type'] extends 'counter'
  ? Counter<Definition['labels'][number]>
  : Definition['type'] extends 'gauge'
    ? Gauge<Definition['labels'][number]>
    : Histogram<Definition['labels'][number]>;

/** An instrument for each entry of the catalogue, under the same name. */
export type Instruments = { readonly [Name in keyof MetricsCatalogue]: InstrumentOf<MetricsCatalogue[Name]> };

export interface Metrics extends Instruments {
  /** Calls this before each scrape, for gauges that are computed rather than counted. It must not throw. */
  onScrape(update: () => void): void;
  /** What a scrape answers. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface MetricsOptions {
  readonly service: string;
  readonly version: string;
}

/**
 * Metrics in a registry of their own. Every series carries the label `service`; Node's default metrics, with event loop
 * lag, are included.
 */
export function createMetrics({ service, version }: MetricsOptions): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });

  const instruments = Object.fromEntries(
    Object.entries(metricsCatalogue).map(([name, definition]) => [name, createInstrument(definition, registry)]),
  ) as unknown as Instruments;
  instruments.buildInfo.set({ version, node: process.version }, 1);

  const updates: (() => void)[] = [];
  return {
    ...instruments,
    onScrape: (update) => void updates.push(update),
    expose: async () => {
      for (const update of updates) update();
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

function createInstrument(definition: MetricDefinition, registry: Registry): Counter | Gauge | Histogram {
  const { name, help, labels } = definition;
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  switch (definition.type) {
    case 'counter':
      return new Counter(options);
    case 'gauge':
      return new Gauge(options);
    case 'histogram':
      return new Histogram({ ...options, ...(definition.buckets && { buckets: [...definition.buckets] }) });
  }
}
