import { expect, test } from 'vitest';
import { aLetter, aLetterRecord } from '../testing/letters.ts';
import { describeRecord } from './show.ts';

const nextOf = (...[input]: Parameters<typeof aLetter>) =>
  describeRecord(aLetterRecord(input), aLetter(input), undefined).find((line) => line.startsWith('Next step: '));

test('the next step of a letter ends with the command that sends it back', () => {
  expect(nextOf({ service: 'order-router', code: 'order-refused' })).toMatch(
    /Correct the order.* Then: npm run ops -- dlq redrive --service order-router --letter 3:17 --dry-run$/,
  );
});

test('where that is pointless, or was done, there is no command', () => {
  expect(nextOf({ service: 'ingest-ct', code: 'malformed-notification' })).not.toContain('npm run');
  expect(nextOf({ code: 'order-refused', marks: [{}] })).not.toContain('npm run');
});
