import fc from 'fast-check';
import type { Cluster } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { coPartitioningAssigner, planAssignment } from './assigner.ts';
import { AssignerProtocol } from './kafkajs/index.ts';

const memberIds = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 9 });
const partitionCount = fc.integer({ min: 0, max: 40 });
/** What members may say, true or not. */
const claims = fc.array(fc.oneof(fc.integer({ min: -3, max: 45 }), fc.double()), { maxLength: 45 });

const counts = (plan: Map<string, number[]>) => [...plan.values()].map((owned) => owned.length);
const asMembers = (plan: Map<string, number[]>) => [...plan].map(([memberId, owned]) => ({ memberId, owned }));
const moved = (before: Map<string, number[]>, after: Map<string, number[]>) =>
  [...before].flatMap(([memberId, owned]) => owned.filter((partition) => !after.get(memberId)?.includes(partition)));

describe('planAssignment', () => {
  it('gives each partition to exactly one member, evenly, whatever the members claim', () => {
    fc.assert(
      fc.property(
        memberIds,
        partitionCount,
        fc.array(claims, { minLength: 9, maxLength: 9 }),
        (ids, partitions, owned) => {
          const plan = planAssignment({
            members: ids.map((memberId, n) => ({ memberId, owned: owned[n] ?? [] })),
            partitions,
          });
          expect([...plan.values()].flat().sort((a, b) => a - b)).toEqual(
            Array.from({ length: partitions }, (_, n) => n),
          );
          expect([...plan.keys()].sort()).toEqual([...ids].sort());
          expect(Math.max(...counts(plan)) - Math.min(...counts(plan))).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('does not depend on the order in which the group lists its members or their claims', () => {
    fc.assert(
      fc.property(
        memberIds,
        partitionCount,
        fc.array(claims, { minLength: 9, maxLength: 9 }),
        (ids, partitions, owned) => {
          const members = ids.map((memberId, n) => ({ memberId, owned: owned[n] ?? [] }));
          const reversed = [...members]
            .reverse()
            .map(({ memberId, owned: own }) => ({ memberId, owned: [...own].reverse() }));
          expect(planAssignment({ members: reversed, partitions })).toEqual(planAssignment({ members, partitions }));
        },
      ),
    );
  });

  it('moves nothing when nothing changed', () => {
    fc.assert(
      fc.property(memberIds, partitionCount, (ids, partitions) => {
        const before = planAssignment({ members: ids.map((memberId) => ({ memberId, owned: [] })), partitions });
        expect(planAssignment({ members: asMembers(before), partitions })).toEqual(before);
      }),
    );
  });

  it('moves only what the joining member gets', () => {
    fc.assert(
      fc.property(memberIds, partitionCount, (ids, partitions) => {
        const [joining = '', ...present] = ids;
        fc.pre(present.length > 0);
        const before = planAssignment({ members: present.map((memberId) => ({ memberId, owned: [] })), partitions });
        const after = planAssignment({ members: [...asMembers(before), { memberId: joining, owned: [] }], partitions });
        expect(moved(before, after).sort((a, b) => a - b)).toEqual(after.get(joining));
        expect(after.get(joining)).toHaveLength(Math.floor(partitions / ids.length));
      }),
    );
  });

  it('moves only what the leaving member had', () => {
    fc.assert(
      fc.property(memberIds, partitionCount, (ids, partitions) => {
        const [leaving = '', ...present] = ids;
        fc.pre(present.length > 0);
        const before = planAssignment({ members: ids.map((memberId) => ({ memberId, owned: [] })), partitions });
        const staying = asMembers(before).filter(({ memberId }) => memberId !== leaving);
        const after = planAssignment({ members: staying, partitions });
        expect(moved(before, after).sort((a, b) => a - b)).toEqual(before.get(leaving));
      }),
    );
  });

  it('keeps as many partitions in place as any even plan can', () => {
    fc.assert(
      fc.property(memberIds, partitionCount, fc.infiniteStream(fc.nat()), (ids, partitions, random) => {
        const owned = new Map(ids.map((memberId) => [memberId, [] as number[]]));
        for (let partition = 0; partition < partitions; partition++) {
          const owner = ids[(random.next().value ?? 0) % ids.length];
          owned.get(owner ?? '')?.push(partition);
        }
        const after = planAssignment({ members: asMembers(owned), partitions });
        const least = Math.floor(partitions / ids.length);
        const extra = partitions % ids.length;
        const most = [...owned.values()].reduce((sum, own) => sum + Math.min(own.length, least), 0);
        const withExtra = [...owned.values()].filter((own) => own.length > least).length;
        expect(partitions - moved(owned, after).length).toBe(most + Math.min(extra, withExtra));
      }),
    );
  });

  it('lets one who comes back after a lost session take its own again', () => {
    const plan = planAssignment({
      members: [
        { memberId: 'a', owned: [0, 1, 2, 3, 4, 5] },
        { memberId: 'b', owned: [0, 1, 2] },
      ],
      partitions: 6,
    });
    expect(plan).toEqual(
      new Map([
        ['b', [0, 1, 2]],
        ['a', [3, 4, 5]],
      ]),
    );
  });

  it('gives nothing to nobody', () => {
    expect(planAssignment({ members: [], partitions: 3 })).toEqual(new Map());
  });
});

describe('coPartitioningAssigner', () => {
  const { MemberAssignment, MemberMetadata } = AssignerProtocol;
  const assignerFor = (topicPartitions: Record<string, number>, owned: number[] = []) =>
    coPartitioningAssigner(() => owned)({
      groupId: 'g',
      logger: undefined as never,
      cluster: {
        findTopicPartitionMetadata: (topic: string) =>
          Array.from({ length: topicPartitions[topic] ?? 0 }, (_, partitionId) => ({ partitionId })),
      } as unknown as Cluster,
    });
  const memberOf = (memberId: string, topics: string[], owned: number[]) => ({
    memberId,
    memberMetadata: assignerFor({}, owned).protocol({ topics }).metadata,
  });
  const decoded = async (assigned: ReturnType<ReturnType<typeof assignerFor>['assign']>) =>
    Object.fromEntries(
      (await assigned).map(({ memberId, memberAssignment }) => [
        memberId,
        MemberAssignment.decode(memberAssignment)?.assignment,
      ]),
    );

  it('gives partition n of every topic to the member that owns n already', async () => {
    const topics = ['orders', 'states'];
    const members = [memberOf('m1', topics, [1, 3]), memberOf('m2', topics, [0, 2])];
    expect(await decoded(assignerFor({ orders: 4, states: 4 }).assign({ members, topics }))).toEqual({
      m1: { orders: [1, 3], states: [1, 3] },
      m2: { orders: [0, 2], states: [0, 2] },
    });
  });

  it('names the topics whose partition counts differ, and the way out', async () => {
    const topics = ['orders', 'states', 'links'];
    const assigned = assignerFor({ orders: 12, states: 6, links: 12 }).assign({
      members: [memberOf('m', topics, [])],
      topics,
    });
    await expect(assigned).rejects.toMatchObject({
      errorClass: 'transient',
      code: 'partition-counts-differ',
      message: expect.stringMatching(/orders: 12, states: 6, links: 12.*npm run setup/s),
    });
  });

  it('names the topic that is not there', async () => {
    const topics = ['orders', 'states'];
    const assigned = assignerFor({ orders: 12 }).assign({ members: [memberOf('m', topics, [])], topics });
    await expect(assigned).rejects.toMatchObject({ code: 'topic-missing', message: expect.stringContaining('states') });
  });

  it('gives a member of another version only topics that it asked for', async () => {
    const members = [memberOf('m1', ['orders'], []), memberOf('m2', ['orders', 'lane'], [])];
    expect(await decoded(assignerFor({ orders: 2, lane: 2 }).assign({ members, topics: ['orders', 'lane'] }))).toEqual({
      m1: { orders: [0] },
      m2: { orders: [1], lane: [1] },
    });
  });

  it('takes unreadable claims for none', async () => {
    const metadata = (userData: string) =>
      MemberMetadata.encode({ version: 9, topics: ['orders'], userData: Buffer.from(userData) });
    const rubbish = ['', '{', 'null', '{"owned":5}', '{"owned":["1",null,{}]}', '[1,2]', '{"owned":[1e99,-1,0.5]}'];
    for (const userData of rubbish) {
      const members = [{ memberId: 'm', memberMetadata: metadata(userData) }];
      expect(await decoded(assignerFor({ orders: 2 }).assign({ members, topics: ['orders'] }))).toEqual({
        m: { orders: [0, 1] },
      });
    }
  });
});
