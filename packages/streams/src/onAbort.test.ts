import { expect, it } from 'vitest';
import { onAbort } from './onAbort.ts';

it('tells all who listen, in the order of their coming, and nobody who has left', () => {
  const { signal, ...source } = aSource();
  const heard: string[] = [];
  const leave = ['a', 'b', 'c', 'd'].map((name) => onAbort(signal, (reason) => heard.push(`${name} ${reason}`)));
  leave[1]?.();
  source.abort('why');
  expect(heard).toEqual(['a why', 'c why', 'd why']);
});

it('who leaves because another was told is not told any more', () => {
  const { signal, ...source } = aSource();
  const heard: string[] = [];
  onAbort(signal, () => leave());
  const leave = onAbort(signal, () => heard.push('b'));
  source.abort('why');
  expect(heard).toEqual([]);
});

it('tells the listeners of one signal nothing of another', () => {
  const one = aSource();
  const other = aSource();
  const heard: string[] = [];
  onAbort(one.signal, () => heard.push('one'));
  onAbort(other.signal, () => heard.push('other'));
  one.abort('why');
  expect(heard).toEqual(['one']);
});

it('tells at once of one that has aborted', () => {
  const { signal, ...source } = aSource();
  source.abort('why');
  const heard: unknown[] = [];
  onAbort(signal, (reason) => heard.push(reason))();
  expect(heard).toEqual(['why']);
});

function aSource() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: string) => controller.abort(reason) };
}
