import { describe, expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';
import { metricsCatalogue } from './metricsCatalogue.ts';

const create = () => createMetrics({ service: 'order-router', version: '1.2.3' });
const definitions = Object.values(metricsCatalogue);

describe('the catalogue', () => {
  test('names are unique, prefixed and follow the conventions of Prometheus', () => {
    expect(new Set(definitions.map(({ name }) => name)).size).toBe(definitions.length);
    for (const { name, type } of definitions) {
      expect(name).toMatch(/^pipeline_[a-z0-9_]+$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
      expect(name).not.toMatch(/_(ms|millis|minutes)(_|$)/);
    }
  });

  test('labels are of a closed list, none of which can hold an id', () => {
    const bounded = [
      'topic',
      'partition',
      'outcome',
      'reason',
      'code',
      'stage',
      'target',
      'effect',
      'method',
      'status_class',
      'status',
      'how',
      'source',
      'version',
      'node',
      'field',
      'group',
    ];
    for (const { labels } of definitions) for (const label of labels) expect(bounded).toContain(label);
  });

  test('every metric has a help text, and every histogram rising buckets', () => {
    for (const definition of definitions) {
      expect(definition.help).toMatch(/\.$/);
      if (definition.type !== 'histogram') continue;
      expect([...definition.buckets]).toEqual([...definition.buckets].sort((a, b) => a - b));
    }
  });
});

describe('the instruments', () => {
  test('show up under their names with the service as a label', async () => {
    const metrics = create();
    metrics.recordsProcessed.inc({ topic: 'commerce.orders.v1', outcome: 'placed' });
    metrics.recordsProcessed.inc({ topic: 'commerce.orders.v1', outcome: 'placed' }, 2);
    metrics.oldestUnplacedOrderAge.set(17);
    metrics.produce.observe(0.02);
    const { body, contentType } = await metrics.expose();
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(body).toContain(
      'pipeline_records_processed_total{topic="commerce.orders.v1",outcome="placed",service="order-router"} 3',
    );
    expect(body).toContain('pipeline_oldest_unplaced_order_age_seconds{service="order-router"} 17');
    expect(body).toContain('pipeline_produce_seconds_bucket{le="0.025",service="order-router"} 1');
    expect(body).toContain('pipeline_produce_seconds_bucket{le="0.01",service="order-router"} 0');
  });

  test('build and event loop lag are there from the start', async () => {
    const { body } = await create().expose();
    expect(body).toContain(`pipeline_build_info{version="1.2.3",node="${process.version}",service="order-router"} 1`);
    expect(body).toContain('nodejs_eventloop_lag_seconds');
    for (const { name } of definitions) expect(body).toContain(`# TYPE ${name} `);
  });

  test('of two services in one process do not mix', async () => {
    const [first, second] = [create(), create()];
    first.rebalances.inc();
    expect((await second.expose()).body).toContain('pipeline_rebalances_total{service="order-router"} 0');
  });

  test('refuse a label that the catalogue does not have', () => {
    const metrics = create();
    expect(() => metrics.retries.inc({ orderId: 'o-1' } as never)).toThrow();
  });

  test('computed gauges are brought up to date before each scrape', async () => {
    const metrics = create();
    let held = 1;
    metrics.onScrape(() => metrics.eventsHeld.set(held));
    expect((await metrics.expose()).body).toContain('pipeline_events_held{service="order-router"} 1');
    held = 5;
    expect((await metrics.expose()).body).toContain('pipeline_events_held{service="order-router"} 5');
  });
});
