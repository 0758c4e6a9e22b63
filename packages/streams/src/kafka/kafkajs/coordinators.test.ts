import { expect, it } from 'vitest';
import { rememberCoordinators } from './coordinators.ts';

const GROUP = 0;
const TRANSACTION = 1;

function cluster() {
  let now = 0;
  const asked: string[] = [];
  const brokers: { id: number; connected: boolean; isConnected: () => boolean }[] = [];
  class Cluster {
    findGroupCoordinator({ groupId }: { groupId: string; coordinatorType?: number }) {
      asked.push(groupId);
      if (groupId === 'gone') return Promise.reject(new Error('no coordinator'));
      const broker = { id: brokers.length, connected: true, isConnected: () => broker.connected };
      brokers.push(broker);
      return Promise.resolve(broker);
    }
  }
  rememberCoordinators(Cluster as never, () => now);
  const one = new Cluster();
  return {
    asked,
    brokers,
    another: () => new Cluster(),
    pass: (ms: number) => void (now += ms),
    find: (groupId: string, coordinatorType: number, at = one) =>
      at.findGroupCoordinator({ groupId, coordinatorType }).then((broker) => (broker as { id: number }).id),
  };
}

it('asks once a second who coordinates a transaction', async () => {
  const { find, asked, pass } = cluster();
  expect(await find('t', TRANSACTION)).toBe(0);
  pass(999);
  expect(await find('t', TRANSACTION)).toBe(0);
  pass(1);
  expect(await find('t', TRANSACTION)).toBe(1);
  expect(asked).toEqual(['t', 't']);
});

it('asks again when the connection is gone, for another id, for another cluster, and always for a group', async () => {
  const { find, brokers, another } = cluster();
  expect(await find('t', TRANSACTION)).toBe(0);
  for (const broker of brokers) broker.connected = false;
  expect(await find('t', TRANSACTION)).toBe(1);
  expect(await find('other', TRANSACTION)).toBe(2);
  expect(await find('other', TRANSACTION, another())).toBe(3);
  expect(await find('other', GROUP)).toBe(4);
  expect(await find('other', GROUP)).toBe(5);
  expect(await find('other', TRANSACTION)).toBe(2);
});

it('remembers no failure', async () => {
  const { find, asked } = cluster();
  await expect(find('gone', TRANSACTION)).rejects.toThrow('no coordinator');
  await expect(find('gone', TRANSACTION)).rejects.toThrow('no coordinator');
  expect(asked).toHaveLength(2);
});
