export const importEventsUsage = `  import-events <file.jsonl.gz…>
      Writes events of fulfillmenttools' event export files into the replay lane of its notifications, as their webhooks would
      have brought them; ingest-fft handles them beside live ones. What is known already changes nothing. Files that are not
      packed are read, too. A line that cannot be used is named and stops nothing.
    --since T             only what was created from here on: so long ago, or a time as 2026-11-21T10:00:00Z
    --until T             only what was created before
    --dry-run             says what would be written and changes nothing
    --yes                 does not ask
    --rate 200/s          events per second (default 200/s); how fast ingest-fft takes them is REPLAY_MAX_RATE
    --run 2               another text (default 1) imports once more what is in the lane already
    --json`;
