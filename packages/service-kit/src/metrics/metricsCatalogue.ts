/** One metric as data. Labels are bounded by the deployment: never an order, a key, a name or an address. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds in seconds, histograms only. */
  readonly buckets?: readonly number[];
}

/** OpenTelemetry's advice for messaging and HTTP calls, with the time-outs of vendors on top. */
const callBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 65];
const endToEndBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];

/** Every metric of the pipeline. Node's own (process_*, nodejs_*) come beside them under their usual names. */
export const metricsCatalogue = {
  buildInfo: {
    name: 'pipeline_build_info',
    type: 'gauge',
    help: 'Always 1; the labels say what runs.',
    labels: ['version', 'node'],
  },

  recordsConsumed: {
    name: 'pipeline_records_consumed_total',
    type: 'counter',
    help: 'Records taken from a topic, also those taken again after a rebalance.',
    labels: ['topic'],
  },
  recordsProcessed: {
    name: 'pipeline_records_processed_total',
    type: 'counter',
    help: 'Records that are done, by outcome.',
    labels: ['topic', 'outcome'],
  },
  recordProcessing: {
    name: 'pipeline_record_processing_seconds',
    type: 'histogram',
    help: 'Time in the handler, all attempts and waits between them.',
    labels: ['topic'],
    buckets: endToEndBuckets,
  },
  recordEndToEnd: {
    name: 'pipeline_record_e2e_latency_seconds',
    type: 'histogram',
    help: 'From the record being written to its effect being done.',
    labels: [],
    buckets: endToEndBuckets,
  },
  inFlight: { name: 'pipeline_in_flight', type: 'gauge', help: 'Vendor calls in flight.', labels: [] },
  bufferedRecords: {
    name: 'pipeline_buffered_records',
    type: 'gauge',
    help: 'Records taken and not done.',
    labels: [],
  },
  replayLag: {
    name: 'pipeline_replay_lag',
    type: 'gauge',
    help: 'Messages in a replay lane that are not done, of the partitions of this process. How fast it goes: pipeline_records_processed_total of the topic.',
    labels: ['topic'],
  },
  keysActive: { name: 'pipeline_keys_active', type: 'gauge', help: 'Keys with a handler running.', labels: [] },
  keysWaiting: {
    name: 'pipeline_keys_waiting',
    type: 'gauge',
    help: 'Keys that wait for a retry or a slot.',
    labels: [],
  },
  oldestUnfinishedAge: {
    name: 'pipeline_oldest_unfinished_age_seconds',
    type: 'gauge',
    help: 'Age of the oldest record taken and not done: shows one stuck key, which lag does not.',
    labels: [],
  },
  committedOffset: {
    name: 'pipeline_committed_offset',
    type: 'gauge',
    help: 'Offset committed last.',
    labels: ['topic', 'partition'],
  },
  groupJoined: {
    name: 'pipeline_group_joined',
    type: 'gauge',
    help: '1: this process is a member of the consumer group; 0: it is not, or not any more.',
    labels: ['group'],
  },
  partitionsPaused: {
    name: 'pipeline_partitions_paused',
    type: 'gauge',
    help: 'Owned partitions from which nothing is taken.',
    labels: ['reason'],
  },
  retries: {
    name: 'pipeline_retries_total',
    type: 'counter',
    help: 'Attempts after the first, by error code.',
    labels: ['code'],
  },
  runtimeDefects: {
    name: 'pipeline_runtime_defects_total',
    type: 'counter',
    help: 'Failures of the stream runtime itself that do not pass by themselves, by error code; offset-out-of-range: messages were deleted before they were read.',
    labels: ['code'],
  },
  deadLetters: {
    name: 'pipeline_dead_letters_total',
    type: 'counter',
    help: 'Records parked in the dead letter topic.',
    labels: ['stage', 'code'],
  },
  rebalances: { name: 'pipeline_rebalances_total', type: 'counter', help: 'Assignments received.', labels: [] },
  breakerState: {
    name: 'pipeline_breaker_state',
    type: 'gauge',
    help: '0 closed, 1 probing, 2 open.',
    labels: ['target'],
  },
  effectPaused: {
    name: 'pipeline_effect_paused',
    type: 'gauge',
    help: '1 while no call of this kind is made, since the vendor says that a permission is missing.',
    labels: ['effect'],
  },
  rateLimit: {
    name: 'pipeline_rate_limit',
    type: 'gauge',
    help: 'Calls per second that this process lets through to a vendor; 0: all.',
    labels: ['target'],
  },
  httpClientRequest: {
    name: 'pipeline_http_client_request_seconds',
    type: 'histogram',
    help: 'Calls to vendors; status_class is 2xx to 5xx, or error without an answer.',
    labels: ['target', 'method', 'status_class'],
    buckets: callBuckets,
  },
  produce: {
    name: 'pipeline_produce_seconds',
    type: 'histogram',
    help: 'From handing a record over to its acknowledgement by all in-sync replicas.',
    labels: [],
    buckets: callBuckets,
  },
  restore: {
    name: 'pipeline_restore_seconds',
    type: 'histogram',
    help: 'Time to restore the state of one partition after it was assigned.',
    labels: [],
    buckets: endToEndBuckets,
  },
  restoredRecords: {
    name: 'pipeline_restored_records_total',
    type: 'counter',
    help: 'Entries that restored state consisted of, from the topic or from a checkpoint.',
    labels: [],
  },
  partitionsRestored: {
    name: 'pipeline_partitions_restored_total',
    type: 'counter',
    help: 'Partitions whose state was restored; source: topic, read from its beginning, or checkpoint, and only what came after.',
    labels: ['source'],
  },
  restoreRemaining: {
    name: 'pipeline_restore_remaining_offsets',
    type: 'gauge',
    help: 'Offsets of state topics that are still to be read before the partitions of this process can work.',
    labels: [],
  },
  stateEntries: {
    name: 'pipeline_state_entries',
    type: 'gauge',
    help: 'Entries of the state that this process holds.',
    labels: [],
  },
  stateBytes: {
    name: 'pipeline_state_bytes',
    type: 'gauge',
    help: 'Memory that they take, outside of the heap.',
    labels: [],
  },
  checkpoints: {
    name: 'pipeline_checkpoints_total',
    type: 'counter',
    help: 'Checkpoints of a partition in STATE_DIR: saved, discarded (did not fit or damaged: the topic was read), failed.',
    labels: ['outcome'],
  },

  oldestUnplacedOrderAge: {
    name: 'pipeline_oldest_unplaced_order_age_seconds',
    type: 'gauge',
    help: 'Age of the oldest confirmed order that should have an order at the provider and has none; 0: there is none.',
    labels: [],
  },
  ordersInDoubt: {
    name: 'pipeline_orders_in_doubt',
    type: 'gauge',
    help: 'Orders of which an earlier attempt may have made an order at the provider: looked for before another is sent.',
    labels: [],
  },
  ordersSkipped: {
    name: 'pipeline_orders_skipped_total',
    type: 'counter',
    help: 'Orders that are not to be placed, by the rule that said so.',
    labels: ['reason'],
  },
  ordersPlaced: {
    name: 'pipeline_orders_placed_total',
    type: 'counter',
    help: 'Orders that the provider has; how: created by us, or adopted because it was there.',
    labels: ['how'],
  },
  mappingWarnings: {
    name: 'pipeline_mapping_warnings_total',
    type: 'counter',
    help: 'Orders that the provider has without something that the shop’s order has, or with something in its place; code: each kind once for an order. The log line "order settled" names the orders, docs/reference/mapping.md the codes.',
    labels: ['code'],
  },
  ordersNeedingALook: {
    name: 'pipeline_orders_needing_a_look_total',
    type: 'counter',
    help: 'Orders that a person has to look at, once for each order and reason while it lasts: the log line "order needs a look" of order-router or status-writer names each.',
    labels: ['reason'],
  },
  amendments: {
    name: 'pipeline_amendments_total',
    type: 'counter',
    help: 'Parts of placed orders that the shop changed; field: address, lines or delivery; outcome: applied, or why fulfillmenttools still has what was placed.',
    labels: ['field', 'outcome'],
  },
  duplicateOrders: {
    name: 'pipeline_duplicate_orders_total',
    type: 'counter',
    help: 'Provider orders that carry an order id whose placement is another one. Any is an alert.',
    labels: [],
  },

  facilities: {
    name: 'pipeline_facilities_total',
    type: 'counter',
    help: 'What came of changes of the shop’s channels; outcome: created, adopted, updated, unchanged, online, offline.',
    labels: ['outcome'],
  },

  notificationsLanded: {
    name: 'pipeline_notifications_landed_total',
    type: 'counter',
    help: 'Notifications written to Kafka, pushed or pulled; each one of a batch.',
    labels: ['source'],
  },
  notificationsRejected: {
    name: 'pipeline_notifications_rejected_total',
    type: 'counter',
    help: 'Notifications that were not landed; the sender was told so, or sends them again.',
    labels: ['source', 'reason'],
  },
  notificationsIgnored: {
    name: 'pipeline_notifications_ignored_total',
    type: 'counter',
    help: 'Landed notifications that say nothing about an order.',
    labels: ['source', 'reason'],
  },
  unknownValues: {
    name: 'pipeline_unknown_values_total',
    type: 'counter',
    help: 'Values of the provider that an enumeration did not have when the mapping was written, by field. The event goes on with UNKNOWN in their place, which counts as alive and not done; a log line names each new value.',
    labels: ['field'],
  },
  notificationsRepeated: {
    name: 'pipeline_notifications_repeated_total',
    type: 'counter',
    help: 'Landed notifications with an id that this process landed lately: the sender repeats itself. They change nothing.',
    labels: ['source'],
  },
  pullReceived: {
    name: 'pipeline_pull_received_total',
    type: 'counter',
    help: 'Messages that were fetched from a queue or topic of the sender, also those that came again; target: sqs, pubsub, servicebus, kafka.',
    labels: ['source', 'target'],
  },
  pullAcknowledged: {
    name: 'pipeline_pull_acknowledged_total',
    type: 'counter',
    help: 'Messages that the queue or topic was told to be done, after Kafka had them.',
    labels: ['source', 'target'],
  },
  pullErrors: {
    name: 'pipeline_pull_errors_total',
    type: 'counter',
    help: 'Calls to a queue or topic that failed, by what was tried (read, acknowledge, give-back, put-off) and the code of its client. What is concerned comes again.',
    labels: ['source', 'target', 'stage', 'code'],
  },
  pullInHand: {
    name: 'pipeline_pull_in_hand',
    type: 'gauge',
    help: 'Messages that were fetched and are neither acknowledged nor given back.',
    labels: ['source', 'target'],
  },
  pullReading: {
    name: 'pipeline_pull_reading',
    type: 'gauge',
    help: '1 while the queue or topic can be read, 0 while it cannot.',
    labels: ['source', 'target'],
  },
  catchUpRunning: {
    name: 'pipeline_catch_up_running',
    type: 'gauge',
    help: '1 in the process that catches up, 0 in those that stand by.',
    labels: ['source'],
  },
  catchUpReached: {
    name: 'pipeline_catch_up_reached_timestamp_seconds',
    type: 'gauge',
    help: 'Everything that happened at the vendor up to then was read and is in Kafka, seconds since the epoch; of the process that catches up.',
    labels: ['source'],
  },
  catchUpRead: {
    name: 'pipeline_catch_up_read_total',
    type: 'counter',
    help: 'Messages or orders that a catch-up has read.',
    labels: ['source'],
  },
  catchUpSent: {
    name: 'pipeline_catch_up_sent_total',
    type: 'counter',
    help: 'Notifications that a catch-up has written, most of which say what a push has said. What it made good: pipeline_catch_up_repaired_total.',
    labels: ['source'],
  },
  catchUpErrors: {
    name: 'pipeline_catch_up_errors_total',
    type: 'counter',
    help: 'What went wrong with a catch-up, by stage (sweep, subscription, turn: the group) and code; messages-off: the shop keeps no messages, gap: some were deleted before they were read.',
    labels: ['source', 'stage', 'code'],
  },
  catchUpWindows: {
    name: 'pipeline_catch_up_windows_total',
    type: 'counter',
    help: 'Times in which a subscription may have lost notifications, each of which is read once more.',
    labels: ['source', 'reason'],
  },
  catchUpRepaired: {
    name: 'pipeline_catch_up_repaired_total',
    type: 'counter',
    help: 'Orders that were placed, cancelled, unlocked or amended since a catch-up brought what no notification had brought; how: what was done, `status` for what fulfillmenttools had done. Any means that notifications get lost, or are late.',
    labels: ['how'],
  },
  subscriptionStatus: {
    name: 'pipeline_subscription_status',
    type: 'gauge',
    help: '1 for the status that the subscription of notifications has at the vendor, 0 for every other; Missing: it is not there, Unknown: it could not be read. Of the process that catches up.',
    labels: ['source', 'status'],
  },
  openOrders: {
    name: 'pipeline_catch_up_open_orders',
    type: 'gauge',
    help: 'Orders that are open at fulfillmenttools and watched for silence, of the partitions of this process.',
    labels: [],
  },
  openOrdersLeftOut: {
    name: 'pipeline_catch_up_open_orders_left_out_total',
    type: 'counter',
    help: 'Times that an open order found no room among those that are watched: CATCH_UP_MAX_ORDERS, or more processes.',
    labels: [],
  },
  silentOrdersAsked: {
    name: 'pipeline_catch_up_asked_total',
    type: 'counter',
    help: 'Silent orders that fulfillmenttools was asked about; outcome: news, nothing-new, gone, refused, failed (tried again).',
    labels: ['outcome'],
  },
  silentOrdersOverdue: {
    name: 'pipeline_catch_up_overdue_seconds',
    type: 'gauge',
    help: 'How long the silent order that waits longest should have been asked about: grows when there are more of them than the rate allows, or when fulfillmenttools does not answer.',
    labels: [],
  },
  pushControlMessages: {
    name: 'pipeline_push_control_messages_total',
    type: 'counter',
    help: 'Messages of a push transport itself, by reason: handshakes, confirmations, and unsubscribe-confirmation, after which nothing comes any more.',
    labels: ['source', 'reason'],
  },
  pushKeyFetches: {
    name: 'pipeline_push_key_fetches_total',
    type: 'counter',
    help: 'Fetches of what pushes are checked with; target: oidc (keys), sns (certificates); outcome: ok, failed.',
    labels: ['source', 'target', 'outcome'],
  },
  secretReloads: {
    name: 'pipeline_secret_reloads_total',
    type: 'counter',
    help: 'Secrets that were read again from their file after it had changed; target: the setting.',
    labels: ['target'],
  },
  landingBytes: {
    name: 'pipeline_landing_bytes',
    type: 'gauge',
    help: 'Bytes that are kept for deliveries in hand; at PUSH_MAX_BYTES more are refused as overloaded.',
    labels: [],
  },
  secretFileRejected: {
    name: 'pipeline_secret_file_rejected',
    type: 'gauge',
    help: '1 while the file of a secret cannot be used and the secret before it stays in use; target: the setting.',
    labels: ['target'],
  },
  lastNotification: {
    name: 'pipeline_last_notification_timestamp_seconds',
    type: 'gauge',
    help: 'When a notification was landed last, seconds since the epoch; before the first one, when landing began.',
    labels: ['source'],
  },
  eventsForeign: {
    name: 'pipeline_events_foreign_total',
    type: 'counter',
    help: 'Provider events about orders that are not ours.',
    labels: [],
  },
  deadLettersHeldBack: {
    name: 'pipeline_dead_letters_held_back',
    type: 'gauge',
    help: '1 while most messages fail for good and wait instead of becoming dead letters.',
    labels: [],
  },
  eventsHeld: {
    name: 'pipeline_events_held',
    type: 'gauge',
    help: 'Provider events that wait until it is known which order they are about.',
    labels: [],
  },
  eventsSuperseded: {
    name: 'pipeline_events_superseded_total',
    type: 'counter',
    help: 'Provider events about a provider order that is no longer the current one of its order.',
    labels: [],
  },
  statusUpdates: {
    name: 'pipeline_status_updates_total',
    type: 'counter',
    help: 'Updates of the platform order, by outcome.',
    labels: ['outcome'],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricsCatalogue = typeof metricsCatalogue;
