import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mappedEvents } from '../webhook/toFulfillmentEvent.ts';
import { parseExportedEvent } from './exportedEvent.ts';

const line = (over: object = {}) =>
  JSON.stringify({
    id: 'e-1',
    eventName: 'order-created_event-v1',
    payload: { id: 'o-1', version: 1 },
    created: '2026-01-15T10:00:00.000Z',
    ...over,
  });

describe('a line of an export file', () => {
  it('is the notification that its webhook carries', () => {
    expect(parseExportedEvent(line())).toEqual({
      kind: 'event',
      notification: { event: 'ORDER_CREATED', eventId: 'e-1', payload: { id: 'o-1', version: 1 } },
      createdAt: Date.UTC(2026, 0, 15, 10),
    });
  });

  it.each(mappedEvents)('is recognised as %s, wherever its name has hyphens', (event) => {
    const words = event.toLowerCase().split('_');
    for (const eventName of [`${words.join('-')}_event-v1`, `${words.join('')}_event-v2`, event])
      expect(parseExportedEvent(line({ eventName }))).toMatchObject({ kind: 'event', notification: { event } });
    expect(parseExportedEvent(line({ eventName: 'handover-job-handed-over_event-v1' }))).toMatchObject({
      notification: { event: 'HANDOVERJOB_HANDED_OVER' },
    });
  });

  it('may be about something else, whose name is shown only where it reads like one', () => {
    const about = (eventName: string) => parseExportedEvent(line({ eventName }));
    expect(about('stow-job-created_event-v1')).toMatchObject({ kind: 'other', name: 'stow-job-created_event-v1' });
    const bare = line({ eventName: 'facility-deleted_event-v1', payload: 'f-1' });
    expect(parseExportedEvent(bare)).toMatchObject({ kind: 'other', name: 'facility-deleted_event-v1' });
    expect(about('Ada Example, Musterweg 1')).toMatchObject({ kind: 'other', name: 'unnamed' });
  });

  it.each([
    ['', 'is no JSON object'],
    ['[]', 'is no JSON object'],
    ['{"id":', 'is no JSON object'],
    [line({ id: 7 }), 'has no id'],
    [line({ eventName: '' }), 'has no eventName'],
    [line({ created: 'yesterday' }), 'has no usable created'],
    [line({ payload: 'o-1' }), 'has no payload'],
    [line({ payload: null }), 'has no payload'],
  ])('that cannot be used says why: %#', (text, reason) => {
    expect(parseExportedEvent(text)).toEqual({ kind: 'bad', reason });
  });

  it('never throws, and no reason quotes it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const parsed = parseExportedEvent(text);
        if (parsed.kind === 'bad') expect(parsed.reason).toMatch(/^(is no JSON object|has no [a-zA-Z ]+)$/);
      }),
    );
  });
});
