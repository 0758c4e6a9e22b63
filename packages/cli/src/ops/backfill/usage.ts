export const backfillUsage = `  backfill --from T --to T
      Sends orders of commercetools through the pipeline, beside live ones, which go first. What is known already changes
      nothing. Needs the settings CTP_*; tells what the gate will say by those of order-router.
    --from 7d --to T      orders created from here on, and before then (default: now): so long ago, or a time
    --order <number|id>   instead: this one; as often as needed
    --state Confirmed     or Cancelled, or both (default Confirmed; with --order both)
    --dry-run             says what would be sent and changes nothing
    --yes                 does not ask
    --rate 50/s           orders per second (default 50/s); how fast ingest-ct takes them is REPLAY_MAX_RATE
    --run 2               another text (default 1) is another backfill: what was sent under this one is left out
    --json`;
