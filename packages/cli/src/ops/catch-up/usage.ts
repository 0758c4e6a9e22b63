export const catchUpUsage = `  catch-up commercetools --since T
      Reads what happened at commercetools in a time and writes it to the topic of the notifications, as ingest-ct with the role
      catch-up does; what is known already changes nothing. Needs the settings CTP_*.
    --since 2d            from here on: so long ago, or a time as 2026-11-21T10:00:00Z
    --until T             up to here (default: a minute ago; later ones cannot always be queried yet)
    --from messages       messages (default), or orders: those that were changed then, where the project keeps no messages
    --dry-run             says what would be written and changes nothing
    --rate 20/s           notifications per second (default 20/s)
    --json`;
