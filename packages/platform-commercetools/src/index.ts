export * from './call.ts';
export { type ChannelReader, createChannelReader, type ReadChannel } from './channels/channelReader.ts';
export { readLanguages } from './channels/readLanguages.ts';
export { channelIdOf, toCommerceChannelEvent } from './channels/toCommerceChannelEvent.ts';
export * from './catchUp/relevantTypes.ts';
export { createMessageRecord, createOrderRecord, type CommercetoolsRecord } from './catchUp/sources.ts';
export {
  readSubscription,
  subscriptionRules,
  subscriptionStatuses,
  type SubscriptionName,
} from './catchUp/subscription.ts';
export * from './client.ts';
export { toPlatformError, type CallKind } from './errors.ts';
export * from './fieldNames.ts';
export { createHttpClient, type HttpClient, type HttpClientSettings } from './httpClient.ts';
export { channelPages, type ChannelPagesRequest, type ListedChannel } from './listing/channelPages.ts';
export { findOrders, type FindOrdersRequest } from './listing/findOrders.ts';
export { keysetWhere, type Keyset, type ListPosition, type OrderTime } from './listing/keysetWhere.ts';
export { type OrderPage, orderPages, type OrderPagesRequest } from './listing/orderPages.ts';
export { readSupplyChannels } from './listing/supplyChannels.ts';
export * from './mapping/toOrderSnapshot.ts';
export * from './mapping/toPlatformStatus.ts';
export { toUpdateActions, type Update, type UpdateRequest } from './mapping/toUpdateActions.ts';
export * from './notification/classify.ts';
export type { CommercetoolsNotification } from './notification/notification.ts';
export * from './notification/parsePush.ts';
export { type PushPart, splitPush } from './notification/splitPush.ts';
export * from './notification/toCommerceOrderEvent.ts';
export { ensureOrderType, resolveOrderType, type OrderType, type OrderTypeRequest } from './orderType.ts';
export * from './parcelType.ts';
export * from './platform.ts';
export { resolveSyncChannel } from './syncChannel.ts';
