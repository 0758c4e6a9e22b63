import { type MetricDefinition, metricsCatalogue } from '@pipeline/service-kit';
import { code, generatedFrom, page, table } from './markdown.ts';

const intro = `# Metrics

At \`GET /metrics\` on \`OPS_PORT\` of each service, in the Prometheus text format. Every series carries the label
\`service\`. Labels are bounded by the deployment: none holds an order, a key or a name. Node's own metrics
(\`process_*\`, \`nodejs_*\`) come beside these. What to watch: [on-call guide](../guides/on-call.md).`;

/** The page of all metrics, in the order of the catalogue. */
export function metricsPage(catalogue: Readonly<Record<string, MetricDefinition>> = metricsCatalogue): string {
  const definitions = Object.values(catalogue);
  const rows = definitions.map(({ name, type, labels, help }) => [code(name), type, labels.map(code).join(', '), help]);
  const buckets = definitions.flatMap(({ name, buckets: bounds }) => (bounds ? [[code(name), bounds.join(', ')]] : []));
  return page(
    generatedFrom('the metrics catalogue'),
    intro,
    table(['Name', 'Type', 'Labels', 'Meaning'], rows),
    '## Buckets',
    table(['Histogram', 'Upper bounds, seconds'], buckets),
  );
}
