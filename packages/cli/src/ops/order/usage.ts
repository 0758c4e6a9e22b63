export const orderUsage = `  order <order number | commercetools order id | fulfillmenttools order id>
      What is known of an order, what it waits for, and the next step. No personal data. Set STATUS_… and
      PIPELINE_CONFIG as status-writer has them.
    --since 14d           how far back to read what happened (default 7d, or since it was placed)
    --all                 everything that happened, not only the last 30
    --json`;
