/** What a webhook of fulfillmenttools posts. */
export interface Notification {
  readonly event: string;
  readonly eventId: string;
  readonly payload: object;
}

/** Posts a notification as a webhook of fulfillmenttools does. Resolves with the status of the answer. */
export async function notify(url: string, secret: string, notification: Notification): Promise<number> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify(notification),
  });
  await answer.arrayBuffer();
  return answer.status;
}
