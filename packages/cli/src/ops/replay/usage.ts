export const replayUsage = `  replay --source S
      Copies messages of a topic into its replay lane; the services handle them once more beside live ones, which go first.
    --since 2d            from here on: so long ago, or a time as 2026-11-21T10:00:00Z
    --until T             up to here (default: now)
    --order <id>          only of this commercetools order; not for fulfillmenttools.notifications
    --key K               only with this key
    --dry-run             says what would be copied and changes nothing
    --yes                 does not ask
    --rate 200/s          messages per second (default 200/s); how fast the services take them is REPLAY_MAX_RATE
    --run 2               another text (default 1) is another replay: what was copied under this one is left out
    --json`;
