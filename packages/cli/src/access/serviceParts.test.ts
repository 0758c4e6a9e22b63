import type { Topic } from '@pipeline/schemas';
import { type Topology, stateOf } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { services } from '../../../../sandbox/src/reference/services.ts';
import { serviceParts } from './serviceParts.ts';

const namesOf = (topics: readonly Topic[]): string[] => topics.map(({ name }) => name).sort();

function ofTopology(service: string, topology: Topology<never, never>) {
  const { name, sources, lanes = [], tables = [], sinks, deadLetters } = topology;
  const own = stateOf(topology);
  return {
    service,
    group: name,
    reads: namesOf([...sources, ...lanes, ...tables.map(({ topic }) => topic)]),
    writes: namesOf([...sinks, deadLetters]),
    owns: namesOf(own ? [own] : []),
  };
}

test('every service may do what its topologies say, and nothing else', () => {
  const declared = services.flatMap(({ name, topologies, lands, catchUp }) => [
    ...(lands.length > 0 ? [{ service: name, group: undefined, reads: [], writes: [...lands], owns: [] }] : []),
    ...topologies.map((topology) => ofTopology(name, topology)),
    ...(catchUp
      ? [
          {
            service: name,
            group: catchUp.group,
            reads: [catchUp.watermarks],
            writes: [catchUp.writes, catchUp.watermarks].sort(),
            owns: [],
          },
        ]
      : []),
  ]);
  const parts = serviceParts.map(({ service, group, reads, writes, owns }) => ({
    service,
    group,
    reads: namesOf(reads),
    writes: namesOf(writes),
    owns: namesOf(owns),
  }));
  expect(parts).toEqual(declared);
});
