import type { FulfillmentProvider, FulfillmentRequest, PlacedOrder } from '../../ports.ts';
import type { Setting, SubjectOptions } from '../setting.ts';

/** An order that somebody else placed. */
export interface ForeignOrder {
  readonly tenantOrderId: string;
  /** What its record says about the commerce platform's order; null: nothing. */
  readonly orderId: string | null;
  readonly projectKey: string | null;
}

/** The provider's side as a colleague at the provider sees it: always the truth, and what others do there. */
export interface ProviderSide {
  /** All orders, also cancelled ones, not deleted ones. */
  orders(): Promise<readonly Pick<PlacedOrder, 'providerOrderId' | 'tenantOrderId' | 'status' | 'version'>[]>;
  /** Resolves with its id. */
  place(order: ForeignOrder): Promise<string>;
  cancel(providerOrderId: string): Promise<void>;
  /** Changes something that raises the version. */
  touch(providerOrderId: string): Promise<void>;
  /** Brings the work on it so far that it can no longer be cancelled. */
  startWork(providerOrderId: string): Promise<void>;
  /** Brings the work on it to the handover of all goods. */
  handOver(providerOrderId: string): Promise<void>;
  /** Cities of its consumer's addresses. */
  cities(providerOrderId: string): Promise<readonly string[]>;
  /** What is ordered, as pieces by article. */
  pieces(providerOrderId: string): Promise<Readonly<Record<string, number>>>;
  /** The order and its process. */
  delete(providerOrderId: string): Promise<void>;
  /** When the process is to be made anonymous, milliseconds since the epoch; null: nobody has said. */
  anonymizeAt(processId: string): Promise<number | null>;
  /** From now on lists and searches show what is so far, until `settle`; reads by id do not care. */
  freezeIndexes(): Promise<void>;
  settle(): Promise<void>;
}

/** A fresh provider, its adapter, and a line between the two. */
export interface ProviderSubject extends Setting {
  readonly provider: FulfillmentProvider;
  readonly side: ProviderSide;
  /** A facility that exists there. */
  readonly facilityKey: string;
  /** What makes of the sample request one that the adapter itself cannot map. */
  readonly unmappable: Partial<FulfillmentRequest>;
}

export type OpenProvider = (options?: SubjectOptions) => Promise<ProviderSubject>;
