export const dlqUsage = `  dlq list
      Dead letters by service, code and stage, with the next step for each.
    --service S --code C --key K --since 2h --json
  dlq show <service> <partition>:<offset>
      One letter: its headers and why it is there.
    --value               also what it says. That is personal data.
    --json
  dlq redrive --service S
      Sends dead letters back to the topic and partition that they came from, each once.
    --code C --key K --since 2h --letter <partition>:<offset>
    --dry-run             says what would be sent and changes nothing
    --yes                 does not ask
    --rate 20/s           letters per second (default 20/s)
    --max-replays 3       leaves out what has come back so often
    --again               also what an earlier run has sent back
    --as-event            status-writer: letters from the ledger never go back there; an empty event is sent in their place,
                          which makes it try again what commercetools refused
    --json`;
