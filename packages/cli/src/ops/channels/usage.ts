export const channelsUsage = `  channels sync
      Sends every channel of commercetools through the pipeline, beside live changes, which go first: for the beginning, and
      after a time in which changes were lost. Needs the settings CTP_*, and ingest-ct with CT_CHANNELS=on. What has not
      changed is not written again.
    --key <key>           only this channel; as often as needed
    --role <role>         only channels with this role (default InventorySupply); any: all of them
    --dry-run             says what would be sent and changes nothing
    --rate 50/s           channels per second (default 50/s); how fast ingest-ct takes them is REPLAY_MAX_RATE
    --json
  channels audit
      Says what at fulfillmenttools is not as the channels say: facilities that are on although their channel is gone or has
      lost the role InventorySupply, channels without a facility, facilities that differ. Changes nothing; exit code 1 when
      there is any. Needs the settings CTP_* and FFT_*, and FACILITY_COMPANY_NAME as facility-sync has it.
    --json`;
