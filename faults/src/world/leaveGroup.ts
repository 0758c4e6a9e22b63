import type { Admin } from 'kafkajs';
import { sendRequest, text } from './request.ts';

export interface LeaveGroup {
  readonly admin: Admin;
  /** `host:port` of the coordinator: there is one broker. */
  readonly broker: string;
  readonly group: string;
  readonly clientId: string;
}

/**
 * Takes a member that was killed out of its group, in its name: what the broker does by itself when the session has
 * timed out, after six seconds at the earliest. Resolves with how many there were.
 */
export async function leaveGroup({ admin, broker, group, clientId }: LeaveGroup): Promise<number> {
  const { groups } = await admin.describeGroups([group]);
  const members = groups.flatMap((found) => found.members).filter((member) => member.clientId === clientId);
  for (const { memberId } of members)
    await sendRequest(broker, { api: LEAVE_GROUP, version: 0, body: Buffer.concat([text(group), text(memberId)]) });
  return members.length;
}

const LEAVE_GROUP = 13;
