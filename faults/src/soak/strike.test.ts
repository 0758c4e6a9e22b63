import { expect, it } from 'vitest';
import { createStops } from './strike.ts';

/** A member that stops when it is let, or ends when it is killed. */
function aMember(clientId: string) {
  const ended = Promise.withResolvers<number | null>();
  return {
    clientId,
    stop: () => ended.promise,
    kill: () => (ended.resolve(null), ended.promise),
    end: () => ended.resolve(0),
  };
}

const told = ({ unfinishable, cutShort }: ReturnType<typeof createStops>) => [[...unfinishable], [...cutShort]];

it('who is killed while it stops was cut short, and who is killed otherwise was not', async () => {
  const stops = createStops();
  const [first, second, third] = ['first', 'second', 'third'].map(aMember) as [Fake, Fake, Fake];
  const stopping = stops.stop(first);
  await stops.kill(first);
  await stopping;
  await stops.kill(second);
  const over = stops.stop(third);
  third.end();
  await over;
  await stops.kill(third);
  expect(told(stops)).toEqual([[], ['first']]);
});

it('who stops while the broker is away cannot finish, whichever began first', async () => {
  const stops = createStops();
  const [first, second, third] = ['first', 'second', 'third'].map(aMember) as [Fake, Fake, Fake];
  const restart = Promise.withResolvers<void>();
  const each = [stops.stop(first)];
  const away = stops.whileAway(restart.promise);
  each.push(stops.stop(second));
  restart.resolve();
  await away;
  each.push(stops.stop(third));
  for (const member of [first, second, third]) member.end();
  await Promise.all(each);
  expect(told(stops)).toEqual([['first', 'second'], []]);
});

type Fake = ReturnType<typeof aMember>;
