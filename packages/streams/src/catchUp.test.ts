import { describe, expect, it } from 'vitest';
import { isComing, type Reading } from './catchUp.ts';

const NOW = 1_000_000;
/** A backlog of which something came just now. */
const reading = (over: Partial<Reading> = {}): Reading => ({
  next: 5n,
  end: 100n,
  arrivedAt: NOW,
  fetches: 0,
  behind: false,
  ...over,
});

describe('a source of which a backlog is read', () => {
  it('has more to come until its end', () => {
    expect(isComing(reading({ next: 84n, behind: true }), NOW)).toBe(true);
    expect(isComing(reading({ next: 99n, behind: true }), NOW)).toBe(true);
    expect(isComing(reading({ next: 100n, behind: true }), NOW)).toBe(false);
  });

  it('is none when only a few are left, before which there was no backlog', () => {
    expect(isComing(reading(), NOW)).toBe(true);
    expect(isComing(reading({ next: 83n }), NOW)).toBe(true);
    expect(isComing(reading({ next: 84n }), NOW)).toBe(false);
    expect(isComing(reading({ next: 100n }), NOW)).toBe(false);
  });

  it('has none after a while and several answers that brought nothing: the rest are no records', () => {
    expect(isComing(reading({ fetches: 50 }), NOW + 500)).toBe(true);
    expect(isComing(reading({ fetches: 3 }), NOW + 5_000)).toBe(true);
    expect(isComing(reading({ fetches: 4 }), NOW + 1_000)).toBe(false);
    expect(isComing(reading({ next: 99n, behind: true, fetches: 4 }), NOW + 1_000)).toBe(false);
  });

  it('is not waited for while the broker is away', () => {
    expect(isComing(reading(), NOW + 10_000)).toBe(false);
  });
});
