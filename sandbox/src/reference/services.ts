import type { SettingDefinitions } from '@pipeline/service-kit';
import type { Topology } from '@pipeline/streams';
import { topics } from '@pipeline/schemas';
import { settings as facilitySync } from '../../../services/facility-sync/src/config.ts';
import { facilityTopology, shadowTopology as facilityShadow } from '../../../services/facility-sync/src/topology.ts';
import { settings as ingestCt } from '../../../services/ingest-ct/src/config.ts';
import { catchUpGroup, normaliseTopology as normaliseOrders } from '../../../services/ingest-ct/src/topology.ts';
import { settings as ingestFft } from '../../../services/ingest-fft/src/config.ts';
import { catchUpTopology, normaliseTopology as normaliseEvents } from '../../../services/ingest-fft/src/topology.ts';
import { settings as orderRouter } from '../../../services/order-router/src/config.ts';
import { placementTopology, shadowTopology as placementShadow } from '../../../services/order-router/src/topology.ts';
import { settings as statusWriter } from '../../../services/status-writer/src/config.ts';
import { shadowTopology as statusShadow, statusTopology } from '../../../services/status-writer/src/topology.ts';

export interface DescribedService {
  readonly name: string;
  readonly settings: SettingDefinitions;
  readonly topologies: readonly Topology<never, never>[];
  /** Topics that its HTTP endpoint writes, outside of any topology. */
  readonly lands: readonly string[];
  /** What catches up without a topology. (Default: nothing) */
  readonly catchUp?: { readonly group: string; readonly watermarks: string; readonly writes: string };
}

const nothing = () => Promise.resolve([]);
const described = (topology: unknown): Topology<never, never> => topology as Topology<never, never>;

/** The services as the reference pages describe them: what each declares about itself, with no handler behind it. */
export const services: readonly DescribedService[] = [
  {
    name: 'ingest-ct',
    settings: ingestCt,
    topologies: [described(normaliseOrders(nothing))],
    lands: [topics.commercetoolsNotifications.name],
    catchUp: {
      group: catchUpGroup,
      watermarks: topics.pipelineWatermarks.name,
      writes: topics.commercetoolsNotifications.name,
    },
  },
  {
    name: 'order-router',
    settings: orderRouter,
    topologies: [described(placementTopology(nothing)), described(placementShadow(nothing))],
    lands: [],
  },
  {
    name: 'ingest-fft',
    settings: ingestFft,
    topologies: [
      described(normaliseEvents(nothing, () => undefined)),
      described(catchUpTopology(nothing, { onEntry: () => undefined, onLost: () => undefined })),
    ],
    lands: [topics.fulfillmenttoolsNotifications.name],
  },
  {
    name: 'status-writer',
    settings: statusWriter,
    topologies: [described(statusTopology(nothing)), described(statusShadow(nothing))],
    lands: [],
  },
  {
    name: 'facility-sync',
    settings: facilitySync,
    topologies: [described(facilityTopology(nothing)), described(facilityShadow(nothing))],
    lands: [],
  },
];
