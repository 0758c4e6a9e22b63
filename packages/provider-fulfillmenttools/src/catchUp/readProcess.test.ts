import { PipelineError } from '@pipeline/streams';
import { describe, expect, it } from 'vitest';
import { liveProcess } from '../testing/livedProcess.ts';
import type { CallRequest, FulfillmenttoolsClient } from '../http/client.ts';
import { readProcess } from './readProcess.ts';
import { toNotifications } from './toNotifications.ts';

const { signal } = new AbortController();
const nothing = () => false;
const shipped = () => liveProcess({ life: 'plain', kind: 'DELIVERY' });

/** Answers as the lived process does, but for one collection. */
const spoiling = (
  { client }: ReturnType<typeof shipped>,
  collection: string,
  answer: () => Promise<{ status: number; body: unknown }>,
) => ({ call: (request: CallRequest) => (request.path.startsWith(collection) ? answer() : client.call(request)) });

describe('reading a process', () => {
  it('takes one GET by id for the process and one for each of its entities, parcels included, and for load units', async () => {
    const process = shipped();
    const reading = await readProcess(process.client, { processId: process.processId, isSettled: nothing, signal });
    const kinds = reading?.entities.map(({ kind }) => kind) ?? [];
    expect(new Set(kinds)).toEqual(new Set(['order', 'routingPlan', 'pickJob', 'shipment', 'parcel', 'handoverJob']));
    expect(process.asked).toHaveLength(kinds.length + 2);
    expect(new Set(process.asked).size).toBe(process.asked.length);
    expect(reading?.calls).toBe(process.asked.length);
    expect(process.asked[0]).toBe(`/api/processes/${process.processId}`);
  });

  it('makes no call for what is settled', async () => {
    const process = shipped();
    const first = await readProcess(process.client, { processId: process.processId, isSettled: nothing, signal });
    const settled = first?.entities.filter(({ kind }) => kind !== 'order').map(({ id }) => id) ?? [];
    process.asked.length = 0;
    const isSettled = (id: string) => settled.includes(id);
    const second = await readProcess(process.client, { processId: process.processId, isSettled, signal });
    expect(second?.entities.map(({ kind }) => kind)).toEqual(['order']);
    expect(process.asked).toHaveLength(2);
  });

  it('reads the load units of a finished pick job with it, unless that is known', async () => {
    const process = shipped();
    const input = { processId: process.processId, isSettled: nothing, signal };
    const read = async (client: Pick<FulfillmenttoolsClient, 'call'>, isKnown = nothing) => {
      process.asked.length = 0;
      const reading = await readProcess(client, { ...input, isKnown });
      const told = toNotifications(reading ?? { entities: [], anonymized: null }).find(
        ({ event }) => event === 'PICK_JOB_PICKING_FINISHED',
      );
      const refused = [...(reading?.refused.keys() ?? [])];
      return {
        told: told?.loadUnitsAmount,
        refused,
        asked: process.asked.filter((path) => path.endsWith('/loadunits')),
      };
    };
    const [pickJob] = (await read(process.client)).asked;
    expect(pickJob).toMatch(/^\/api\/pickjobs\/[^/]+\/loadunits$/);
    expect(await read(process.client)).toMatchObject({ told: 1, refused: [] });
    expect(await read(process.client, () => true)).toEqual({ told: undefined, refused: [], asked: [] });
    const instead = (errorClass: 'gone' | 'auth', httpStatus: number) =>
      spoiling(process, pickJob ?? '', () =>
        Promise.reject(new PipelineError(errorClass, 'provider-refused', 'No.', { httpStatus })),
      );
    expect(await read(instead('gone', 404))).toMatchObject({ told: null, refused: [] });
    expect(await read(instead('auth', 403))).toMatchObject({ told: null, refused: ['loadUnits'] });
    await expect(read(instead('auth', 401))).rejects.toMatchObject({ httpStatus: 401 });
  });

  it('finds none that is not there, and leaves out an entity that is gone', async () => {
    const process = shipped();
    const gone = () => Promise.reject(new PipelineError('gone', 'provider-gone', 'Gone.', { httpStatus: 404 }));
    const input = { processId: process.processId, isSettled: nothing, signal };
    expect(await readProcess(spoiling(process, '/api/processes', gone), input)).toBeUndefined();
    const rest = await readProcess(spoiling(process, '/api/parcels', gone), input);
    expect(rest?.entities.some(({ kind }) => kind === 'parcel')).toBe(false);
    expect(rest?.entities.some(({ kind }) => kind === 'handoverJob')).toBe(true);
  });

  it('does without a kind for which the permission is missing, and asks for it once', async () => {
    const process = liveProcess({ life: 'split', kind: 'DELIVERY' });
    const input = { processId: process.processId, isSettled: nothing, signal };
    let asked = 0;
    const refusal = new PipelineError('auth', 'provider-forbidden', 'Forbidden.', { httpStatus: 403 });
    const refuse = () => {
      asked++;
      return Promise.reject(refusal);
    };
    const reading = await readProcess(spoiling(process, '/api/pickjobs', refuse), input);
    expect([...(reading?.refused ?? [])]).toEqual([['pickJob', refusal]]);
    expect(asked).toBe(1);
    expect(reading?.entities.some(({ kind }) => kind === 'handoverJob')).toBe(true);
    // Without the process there is nothing.
    await expect(readProcess(spoiling(process, '/api/processes', refuse), input)).rejects.toBe(refusal);
  });

  it.each([
    ['another entity', { id: 'another', version: 1 }],
    ['a list', []],
    ['nothing', undefined],
  ])('takes %s for a broken answer, that of an entity without a version, too', async (_, body) => {
    const process = shipped();
    const input = { processId: process.processId, isSettled: nothing, signal };
    const broken = () => Promise.resolve({ status: 200, body });
    for (const collection of ['/api/processes', '/api/orders'])
      await expect(readProcess(spoiling(process, collection, broken), input)).rejects.toMatchObject({
        errorClass: 'transient',
        code: 'provider-answer-broken',
      });
    const bare = { call: async (request: CallRequest) => withoutVersion(await process.client.call(request)) };
    await expect(readProcess(bare, input)).rejects.toMatchObject({ code: 'provider-answer-broken' });
  });
});

const withoutVersion = ({ status, body }: { status: number; body: unknown }) => ({
  status,
  body: { ...(body as object), version: undefined },
});
