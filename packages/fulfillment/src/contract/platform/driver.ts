import type { CommercePlatform, ShipmentState, StatusFields } from '../../ports.ts';
import type { Setting, SubjectOptions } from '../setting.ts';

/**
 * The custom Type of an order. `foreign`: one of the shop's own that defines none of our fields. `shared`: one of the
 * shop's own that also defines our pickJobId and shortId.
 */
export type TypeOfOrder = 'none' | 'ours' | 'foreign' | 'shared';

export interface ShopOrder {
  readonly orderNumber: string;
  readonly email: string;
  readonly city: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly shipmentState: ShipmentState | null;
  /** Is it shipped? `none`: sold at the counter. */
  readonly shipping: 'one' | 'none';
  readonly type: TypeOfOrder;
  /** Ours that it holds already. Of a Type that defines them. */
  readonly fields: Partial<StatusFields>;
  /** The shop's own field, where the Type is foreign or shared. */
  readonly note: string;
}

/** An order as it is stored. */
export interface StoredOrder {
  readonly version: number;
  readonly shipmentState: string | null;
  /** null: a Type that the driver did not give it. */
  readonly type: TypeOfOrder | null;
  readonly fields: StatusFields;
  readonly note: string | null;
}

/** The platform as the shop sees it: always the truth, and what others do there. */
export interface PlatformSide {
  /** Resolves with its id. */
  place(order: ShopOrder): Promise<string>;
  /** Fails the test when there is none. */
  read(orderId: string): Promise<StoredOrder>;
  /** Changes something that we never write; the version rises. */
  touch(orderId: string): Promise<void>;
  setShipmentState(orderId: string, state: ShipmentState): Promise<void>;
  delete(orderId: string): Promise<void>;
  /** Id of a channel that may mark orders. */
  syncChannelId(): Promise<string>;
}

/** A fresh project of the platform, its adapter, and a line between the two. */
export interface PlatformSubject extends Setting {
  readonly platform: CommercePlatform;
  readonly side: PlatformSide;
}

export type OpenPlatform = (options?: SubjectOptions) => Promise<PlatformSubject>;
