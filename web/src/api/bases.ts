// Workspaces, bases, trash, stars and shares (the account's side of the API).
import { call, path } from "./client";
import type { Base, GroupName, GroupShare, Permission, Person, TrashedBase, UserShare, Workspace } from "./types";

/** What names a base in the older endpoints: its workspace and its name. */
export type BaseRef = Pick<Base, "workspace_id" | "name">;

const inWorkspace = (base: BaseRef) => path`/api/v2.1/workspace/${base.workspace_id}/dtable/${base.name}/`;

export async function listWorkspaces(): Promise<Workspace[]> {
	const query = { detail: true };
	return (await call<{ workspace_list: Workspace[] }>("GET", "/api/v2.1/workspaces/", { query })).workspace_list;
}

export type BaseLook = { icon: string; color: string };

export async function createBase(workspace_id: number, name: string, look: BaseLook): Promise<Base> {
	const body = { workspace_id, name, ...look };
	return (await call<{ table: Base }>("POST", "/api/v2.1/dtables/", { body })).table;
}

export async function changeBase(base: BaseRef, new_name: string, look: BaseLook): Promise<Base> {
	const body = { name: base.name, ...(new_name !== base.name && { new_name }), ...look };
	return (await call<{ table: Base }>("PUT", path`/api/v2.1/workspace/${base.workspace_id}/dtable/`, { body })).table;
}

export async function copyBase(base: BaseRef, dst_workspace_id: number): Promise<Base> {
	const body = { src_workspace_id: base.workspace_id, name: base.name, dst_workspace_id };
	return (await call<{ dtable: Base }>("POST", "/api/v2.1/dtable-copy/", { body })).dtable;
}

export function deleteBase(base: BaseRef): Promise<unknown> {
	return call("DELETE", path`/api/v2.1/workspace/${base.workspace_id}/dtable/`, { body: { name: base.name } });
}

export function setStar(base: Base, starred: boolean): Promise<unknown> {
	const url = "/api/v2.1/starred-dtables/";
	if (starred) return call("POST", url, { body: { dtable_uuid: base.uuid } });
	return call("DELETE", url, { query: { dtable_uuid: base.uuid } });
}

/** A base token for the signed-in person; calls under /api-gateway/ take it. */
export async function getBaseToken(base: BaseRef): Promise<string> {
	return (await call<{ access_token: string }>("GET", `${inWorkspace(base)}access-token/`)).access_token;
}

export async function listTables(base: Base): Promise<Array<{ _id: string; name: string }>> {
	type Metadata = { metadata: { tables: Array<{ _id: string; name: string }> } };
	const baseToken = await getBaseToken(base);
	const url = path`/api-gateway/api/v2/dtables/${base.uuid}/metadata/`;
	return (await call<Metadata>("GET", url, { baseToken })).metadata.tables;
}

/* Trash: of the personal workspace, or of a group's */

export async function listTrash(group_id?: number): Promise<TrashedBase[]> {
	const url = group_id ? path`/api/v2.1/groups/${group_id}/trash-dtables/` : "/api/v2.1/trash-dtables/";
	const query = { per_page: 1000 };
	return (await call<{ trash_dtable_list: TrashedBase[] }>("GET", url, { query })).trash_dtable_list;
}

export function restoreBase(base: Base, group_id?: number): Promise<unknown> {
	if (group_id) return call("PUT", path`/api/v2.1/groups/${group_id}/trash-dtables/${base.uuid}/`);
	return call("PUT", path`/api/v2.1/trash-dtables/${base.id}/`);
}

export function emptyTrash(): Promise<unknown> {
	return call("DELETE", "/api/v2.1/trash-dtables/");
}

/* Shares */

export async function listUserShares(base: BaseRef): Promise<UserShare[]> {
	return (await call<{ user_list: UserShare[] }>("GET", `${inWorkspace(base)}share/`)).user_list;
}

export function shareWithUser(base: BaseRef, email: string, permission: Permission): Promise<unknown> {
	return call("POST", `${inWorkspace(base)}share/`, { body: { email, permission } });
}

export function changeUserShare(base: BaseRef, email: string, permission: Permission): Promise<unknown> {
	return call("PUT", `${inWorkspace(base)}share/`, { body: { email, permission } });
}

export function unshareWithUser(base: BaseRef, email: string): Promise<unknown> {
	return call("DELETE", `${inWorkspace(base)}share/`, { body: { email } });
}

export async function listGroupShares(base: BaseRef): Promise<GroupShare[]> {
	type Answer = { dtable_group_share_list: GroupShare[] };
	return (await call<Answer>("GET", `${inWorkspace(base)}group-shares/`)).dtable_group_share_list;
}

export function shareWithGroup(base: BaseRef, group_id: number, permission: Permission): Promise<unknown> {
	return call("POST", `${inWorkspace(base)}group-shares/`, { body: { group_id, permission } });
}

export function changeGroupShare(base: BaseRef, group_id: number, permission: Permission): Promise<unknown> {
	return call("PUT", inWorkspace(base) + path`group-shares/${group_id}/`, { body: { permission } });
}

export function unshareWithGroup(base: BaseRef, group_id: number): Promise<unknown> {
	return call("DELETE", inWorkspace(base) + path`group-shares/${group_id}/`);
}

/* People and groups to share with */

export async function searchPeople(q: string, signal?: AbortSignal): Promise<Person[]> {
	return (await call<{ users: Person[] }>("GET", "/api2/search-user/", { query: { q }, signal })).users;
}

export function searchGroups(q: string, signal?: AbortSignal): Promise<GroupName[]> {
	return call<GroupName[]>("GET", "/api/v2.1/search-group/", { query: { q }, signal });
}

export async function namesOf(user_id_list: string[]): Promise<Map<string, string>> {
	type Answer = { user_list: Array<{ email: string; name: string }> };
	const { user_list } = await call<Answer>("POST", "/api/v2.1/user-list/", { body: { user_id_list } });
	return new Map(user_list.map((user) => [user.email, user.name]));
}
