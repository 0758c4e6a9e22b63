import { allTopics, topics } from '@pipeline/schemas';
import { describe, expect, it } from 'vitest';
import { services } from './services.ts';
import { topicNotes } from './topicNotes.ts';
import { topicsPage } from './topicsPage.ts';

describe('topicsPage', () => {
  it('shows every topic, with who writes and who reads it', () => {
    const text = topicsPage(services);
    for (const { name } of allTopics) expect(text).toContain(`| \`${name}\` |`);
    const row = (name: string) => text.split('\n').find((line) => line.startsWith(`| \`${name}\``));
    expect(row(topics.fulfillmentOrders.name)).toMatch(/\| order-router \| order-router, status-writer \|$/);
    expect(row(topics.fulfillmentLinks.name)).toMatch(/\| order-router, ingest-fft \| ingest-fft \|$/);
    expect(row(topics.commercetoolsNotifications.name)).toMatch(/\| ingest-ct \| ingest-ct \|$/);
  });

  it('refuses a topic of which nobody has said what it holds', () => {
    expect(() => topicsPage(services, [{ ...topics.commerceOrders, name: 'new.v1' }])).toThrow(/new\.v1 has no note/);
  });

  it('has no note about a topic that is not there', () => {
    const names = new Set(allTopics.map(({ name }) => name));
    expect(Object.keys(topicNotes).filter((name) => !names.has(name))).toEqual([]);
  });

  it('does not call a topic unused that some service reads or writes', () => {
    const unused = new Set(
      Object.entries(topicNotes).flatMap(([name, { holds }]) => (/^nothing yet/.test(holds) ? [name] : [])),
    );
    const used = services.flatMap(({ topologies }) =>
      topologies.flatMap(({ sources, sinks, state, tables = [] }) => [
        ...sources,
        ...sinks,
        state,
        ...tables.map(({ topic }) => topic),
      ]),
    );
    expect(used.flatMap((topic) => (topic && unused.has(topic.name) ? [topic.name] : []))).toEqual([]);
  });
});
