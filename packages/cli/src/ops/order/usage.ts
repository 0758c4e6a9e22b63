export const orderUsage = `  order <order number | commercetools order id | fulfillmenttools order id>
      What is known of an order, what it waits for, and the next step. No personal data.
    --since 14d           how far back to read what happened (default 7d, or since it was placed)
    --all                 everything that happened, not only the last 30
    --status-preset P     docs or connector: STATUS_PRESET of status-writer (default docs)
    --json`;
