import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nestsDeeperThan } from './jsonBytes.ts';

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

it('counts nesting as JSON.parse sees it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.nat(8), fc.constantFrom(undefined, 2), (value, limit, indent) => {
      const bytes = Buffer.from(JSON.stringify(value, null, indent));
      expect(nestsDeeperThan(bytes, limit)).toBe(depthOf(value) > limit);
    }),
  );
});
