// Groups, for their members and admins.
import { call, path } from "./client";
import type { Group, GroupMember } from "./types";

export function createGroup(name: string): Promise<Group> {
	return call("POST", "/api/v2.1/groups/", { body: { name } });
}

export function renameGroup(id: number, name: string): Promise<Group> {
	return call("PUT", path`/api/v2.1/groups/${id}/`, { body: { name } });
}

export function deleteGroup(id: number): Promise<unknown> {
	return call("DELETE", path`/api/v2.1/groups/${id}/`);
}

/** What the members dialog works with: a group's own door, or the team admin's. */
export type MemberStore = {
	list(): Promise<GroupMember[]>;
	add(email: string): Promise<unknown>;
	setAdmin(email: string, is_admin: boolean): Promise<unknown>;
	remove(email: string): Promise<unknown>;
};

export function membersOfGroup(id: number): MemberStore {
	const url = path`/api/v2.1/groups/${id}/members/`;
	return {
		list: () => call("GET", url),
		add: (email) => call("POST", url, { body: { email } }),
		setAdmin: (email, is_admin) => call("PUT", url + path`${email}/`, { body: { is_admin: String(is_admin) } }),
		remove: (email) => call("DELETE", url + path`${email}/`),
	};
}
