// Team administration: figures, people, groups and bases of the signed-in admin's team.
import { ApiError, call, path } from "./client";
import type { MemberStore } from "./groups";
import { session } from "./session.svelte";
import type { GroupMember, TeamBase, TeamGroup, TeamInfo, TeamUser, TrashedTeamBase } from "./types";

export const pageLength = 25;

const team = () => path`/api/v2.1/org/${session.user?.org_id ?? 0}/admin/`;

export function getTeamInfo(): Promise<TeamInfo> {
	return call("GET", "/api/v2.1/org/admin/info/");
}

/* People */

export function listUsers(
	page: number,
	per_page = pageLength,
): Promise<{ user_list: TeamUser[]; page_next: boolean; total_count: number }> {
	return call("GET", `${team()}users/`, { query: { page, per_page } });
}

export function createUser(user: { email: string; name: string; password: string }): Promise<TeamUser> {
	return call("POST", `${team()}users/`, { body: user });
}

export type UserChange = { name?: string; contact_email?: string; is_active?: boolean; is_staff?: boolean };

export function changeUser(email: string, change: UserChange): Promise<TeamUser> {
	return call("PUT", team() + path`users/${email}/`, { body: change });
}

export function deleteUser(email: string): Promise<unknown> {
	return call("DELETE", team() + path`users/${email}/`);
}

export async function resetPassword(email: string): Promise<string> {
	return (await call<{ new_password: string }>("PUT", team() + path`users/${email}/set-password/`)).new_password;
}

/* Groups */

export function listGroups(page: number): Promise<{ groups: TeamGroup[]; page_next: boolean }> {
	return call("GET", `${team()}groups/`, { query: { page, per_page: pageLength } });
}

export function createTeamGroup(group_name: string, group_owner: string): Promise<TeamGroup> {
	return call("POST", `${team()}groups/`, { body: { group_name, group_owner } });
}

export function changeTeamGroup(
	id: number,
	change: { new_group_name?: string; new_owner?: string },
): Promise<TeamGroup> {
	return call("PUT", team() + path`groups/${id}/`, { body: change });
}

export function deleteTeamGroup(id: number): Promise<unknown> {
	return call("DELETE", team() + path`groups/${id}/`);
}

export function membersOfTeamGroup(id: number): MemberStore {
	const url = team() + path`groups/${id}/members/`;
	return {
		list: async () => (await call<{ members: GroupMember[] }>("GET", url)).members,
		add: async (email) => {
			// The endpoint takes many and answers 200 even when it refused some.
			const { failed } = await call<{ failed: Array<{ error_msg: string }> }>("POST", url, {
				body: { email: [email] },
			});
			if (failed[0]) throw new ApiError(400, failed[0].error_msg);
		},
		setAdmin: (email, is_admin) => call("PUT", url + path`${email}/`, { body: { is_admin: String(is_admin) } }),
		remove: (email) => call("DELETE", url + path`${email}/`),
	};
}

/* Bases */

export function listTeamBases(
	page: number,
	per_page = pageLength,
): Promise<{ dtable_list: TeamBase[]; count: number }> {
	return call("GET", `${team()}dtables/`, { query: { page, per_page } });
}

export async function searchTeamBases(query: string, signal?: AbortSignal): Promise<TeamBase[]> {
	return (await call<{ results: TeamBase[] }>("GET", `${team()}search-dtables/`, { query: { query }, signal })).results;
}

export function deleteTeamBase(uuid: string): Promise<unknown> {
	return call("DELETE", team() + path`dtables/${uuid}/`);
}

export function listTeamTrash(page: number): Promise<{ dtable_list: TrashedTeamBase[]; count: number }> {
	return call("GET", `${team()}trash-dtables/`, { query: { page, per_page: pageLength } });
}

export function restoreTeamBase(uuid: string): Promise<unknown> {
	return call("PUT", team() + path`trash-dtables/${uuid}/`);
}
