export const mapUsage = `  map <order.json | order id | order number>
      What a commercetools order would become at fulfillmenttools, why, and what is left out. Sends nothing, needs no
      Kafka; takes the mapping settings of order-router, and PLACEMENT_HOLD_LOCK and _WAIT. An order that is no file is
      read from commercetools, with the settings CTP_*. The order is printed whole, with its personal data.
    --config F            a pipeline.yaml (default PIPELINE_CONFIG)
    --method K            key of the order's shipping method, where the file has only its id
    --held                as for a payment state in which orders are locked, whatever that of the order is
    --json
  map --from-topic --since 2d
      The same for all confirmed orders of commerce.orders.v1: how many cannot be sent or not whole, and which. No personal
      data. Exit code 1: one cannot be sent.
    --diff old.yaml       instead: what differs from the mapping with this file, by field. Exit code 1: something does
    --until T             up to here (default: now)
    --values              also what the fields hold before and after. That is personal data.
    --most 20             orders that are named (default 20)
    --config F --held --json`;
