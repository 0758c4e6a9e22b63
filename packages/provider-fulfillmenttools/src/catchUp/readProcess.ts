import { isPipelineError, PipelineError } from '@pipeline/streams';
import { type Fields, toFields, toList, toText, toVersion } from '../fields.ts';
import { toPath, unlessGone } from '../http/calls.ts';
import type { FulfillmenttoolsClient } from '../http/client.ts';
import { createFulfillmenttoolsReads } from '../reads.ts';

/** What belongs to a process and says something about its order. */
export type ReadKind =
  | 'order'
  | 'routingPlan'
  | 'pickJob'
  | 'packJob'
  | 'shipment'
  | 'parcel'
  | 'handoverJob'
  | 'returnJob';

/** An entity as its GET by id shows it, which is as an event about it would. */
export interface ReadEntity {
  readonly kind: ReadKind;
  readonly id: string;
  readonly version: number;
  readonly entity: Fields;
  /** Only of a finished pick job: how many it has; null: it is not to be had. */
  readonly loadUnitsAmount?: number | null;
}

export interface ProcessReading {
  readonly entities: readonly ReadEntity[];
  /** The process's data were made anonymous. */
  readonly anonymized: Fields | null;
  /** Kinds that could not be read for good, as when a permission is missing, each with the first refusal. */
  readonly refused: ReadonlyMap<ReadKind | 'loadUnits', PipelineError>;
  /** Calls that were made. */
  readonly calls: number;
}

export interface ReadProcessInput {
  readonly processId: string;
  /** Is nothing more to be heard of this entity? Then it is not read. */
  readonly isSettled: (id: string) => boolean;
  /** Is this version of the entity known already? Then nothing is read beside it. (Default: none is) */
  readonly isKnown?: (entity: Pick<ReadEntity, 'id' | 'version'>) => boolean;
  readonly signal: AbortSignal;
}

const collections: Readonly<Record<ReadKind, `/${string}`>> = {
  order: '/api/orders',
  routingPlan: '/api/routingplans',
  pickJob: '/api/pickjobs',
  packJob: '/api/packjobs',
  shipment: '/api/shipments',
  parcel: '/api/parcels',
  handoverJob: '/api/handoverjobs',
  returnJob: '/api/itemreturnjobs',
};

/**
 * Reads a process and what it refers to, one GET by id after another: those are read-after-write, lists are not. What is
 * settled costs no call; an entity that is no longer there is left out. The references are those of the vendor's schema
 * `Process`; parcels are named by their shipments and handover jobs only. There is no expansion of references in the API
 * (description of 2026-08-21). Load units of finished pick jobs are in no entity: one call more for each.
 *
 * undefined: the process is not there.
 * @throws PipelineError as the client does, but for refusals of single kinds, which are in the answer.
 */
export async function readProcess(
  client: Pick<FulfillmenttoolsClient, 'call'>,
  { processId, isSettled, isKnown = () => false, signal }: ReadProcessInput,
): Promise<ProcessReading | undefined> {
  let calls = 0;
  const entities: ReadEntity[] = [];
  const refused = new Map<ReadKind | 'loadUnits', PipelineError>();
  const reads = createFulfillmenttoolsReads({ client });

  async function get(collection: `/${string}`, id: string): Promise<Fields | undefined> {
    const path = toPath(collection, id);
    calls++;
    const answer = await unlessGone(client.call({ method: 'GET', path, signal, write: false }));
    const entity = answer && toFields(answer.body);
    if (entity && toText(entity.id) !== id) throw brokenAnswer(path);
    return entity;
  }

  /** What `read` gives; undefined where its kind is refused. */
  async function unlessRefused<Result>(
    kind: ReadKind | 'loadUnits',
    read: () => Promise<Result>,
  ): Promise<Result | undefined> {
    if (refused.has(kind)) return undefined;
    try {
      return await read();
    } catch (error) {
      if (!isRefused(error)) throw error;
      refused.set(kind, error);
      return undefined;
    }
  }

  async function take(kind: ReadKind, id: string): Promise<void> {
    if (isSettled(id)) return;
    const entity = await unlessRefused(kind, () => get(collections[kind], id));
    if (!entity) return;
    const version = toVersion(entity.version);
    if (version === null) throw brokenAnswer(toPath(collections[kind], id));
    const counts = kind === 'pickJob' && isFinished(entity) && !isKnown({ id, version });
    const loadUnits = counts ? { loadUnitsAmount: await countLoadUnits(id) } : {};
    entities.push({ kind, id, version, entity, ...loadUnits });
  }

  async function countLoadUnits(pickJobId: string): Promise<number | null> {
    const amount = await unlessRefused('loadUnits', () => {
      calls++;
      return reads.getLoadUnitsAmount(pickJobId, signal);
    });
    return amount ?? null;
  }

  async function takeAll(kind: ReadKind, ids: readonly string[]): Promise<void> {
    for (const id of new Set(ids)) await take(kind, id);
  }

  const process = await get('/api/processes', processId);
  if (!process) return undefined;
  const orderRef = toText(process.orderRef);
  await takeAll('order', orderRef === null ? [] : [orderRef]);
  await takeAll('routingPlan', toIds(process.routingPlanRefs));
  await takeAll('pickJob', toIds(process.pickJobRefs));
  await takeAll('packJob', toIds(process.packJobRefs));
  await takeAll('shipment', toIds(process.shipmentRefs));
  await takeAll('handoverJob', toIds(process.handoverJobRefs));
  await takeAll('parcel', entities.flatMap(toParcelIds));
  await takeAll('returnJob', toIds(process.itemReturnJobsRef));
  return { entities, anonymized: process.isAnonymized === true ? process : null, refused, calls };
}

const isFinished = ({ status }: Fields): boolean => status === 'PICKED' || status === 'CLOSED';

const toIds = (refs: unknown): readonly string[] =>
  Array.isArray(refs) ? refs.flatMap((ref: unknown) => toText(ref) ?? []) : [];

function toParcelIds({ kind, entity }: ReadEntity): string[] {
  if (kind === 'shipment') return toList(entity.parcels).flatMap(({ parcelRef }) => toText(parcelRef) ?? []);
  if (kind !== 'handoverJob') return [];
  return [toText(toFields(entity.handoverJobParcelInfo).parcelRef) ?? toText(entity.parcelRef) ?? []].flat();
}

/** A missing permission, or a call that the tenant does not have, concerns its kind only. */
const isRefused = (error: unknown): error is PipelineError =>
  isPipelineError(error) &&
  (error.errorClass === 'permanent' || (error.errorClass === 'auth' && error.httpStatus === 403));

function brokenAnswer(path: string): PipelineError {
  const message = `GET ${path} at fulfillmenttools was answered with something else than what was asked for.`;
  return new PipelineError('transient', 'provider-answer-broken', message, { stage: 'call' });
}
