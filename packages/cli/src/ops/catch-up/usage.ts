export const catchUpUsage = `  catch-up commercetools --since T
      Reads what happened at commercetools in a time and writes it to the topic of the notifications, as ingest-ct with the role
      catch-up does; what is known already changes nothing. Needs the settings CTP_*.
    --since 2d            from here on: so long ago, or a time as 2026-11-21T10:00:00Z
    --until T             up to here (default: a minute ago; later ones cannot always be queried yet)
    --from messages       messages (default), or orders: those that were changed then, where the project keeps no messages
    --dry-run             says what would be written and changes nothing
    --rate 20/s           notifications per second (default 20/s)
    --json
  catch-up fulfillmenttools <order> ...
      Reads now what fulfillmenttools has of single orders, and writes what it finds to the topic of the notifications, as ingest-fft
      with the role catch-up does for orders that are silent. By order number, or an id of either vendor. About ten calls for an order,
      two a second. Needs the settings FFT_*.
    --dry-run             says what would be written and changes nothing
    --json`;
