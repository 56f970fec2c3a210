// The workspaces of the signed-in person with their bases, loaded once and again after every change.
import { listWorkspaces } from "../api/bases";
import type { Base, SharedBase, Workspace } from "../api/types";
import { session } from "../api/session.svelte";
import { Resource } from "../lib/resource.svelte";

export const workspaces = new Resource(listWorkspaces);

export type Personal = Extract<Workspace, { type: "personal" }>;
export type GroupSpace = Extract<Workspace, { type: "group" }>;

const all = () => workspaces.value ?? [];

export function personal(): Personal | undefined {
	return all().find((workspace) => workspace.type === "personal");
}

export function groups(): GroupSpace[] {
	return all().filter((workspace) => workspace.type === "group");
}

export function sharedWithMe(): SharedBase[] {
	return all().find((workspace) => workspace.type === "shared")?.shared_table_list ?? [];
}

export function starred(): Base[] {
	return all().find((workspace) => workspace.type === "starred")?.table_list ?? [];
}

/** What the person may do with a base. `permission` is set on shared ones only. */
export type Rights = { change: boolean; manage: boolean; permission?: "r" | "rw" };

export function rightsOn(base: Base): Rights {
	if (base.workspace_id === personal()?.id) return { change: true, manage: true };
	const group = groups().find((group) => group.id === base.workspace_id);
	if (group) return { manage: group.is_admin, change: group.is_admin || base.creator === session.user?.name };
	const shared = [...sharedWithMe(), ...groups().flatMap((group) => group.group_shared_dtables)];
	return { change: false, manage: false, permission: shared.find((one) => one.uuid === base.uuid)?.permission ?? "r" };
}

/** The base with that uuid, wherever the person sees it; for pages that know only the address. */
export async function findBase(uuid: string): Promise<Base | undefined> {
	await workspaces.reload();
	if (workspaces.error) throw workspaces.error;
	const lists = [
		personal()?.table_list ?? [],
		sharedWithMe(),
		...groups().flatMap((one) => [one.table_list, one.group_shared_dtables]),
	];
	return lists.flat().find((base) => base.uuid === uuid.toLowerCase());
}

/** The names of the workspaces that the person may put a base into. */
export function targets(personalName: string): Array<{ value: number; text: string }> {
	const own = personal();
	return [
		...(own ? [{ value: own.id, text: personalName }] : []),
		...groups().map((group) => ({ value: group.id, text: group.name })),
	];
}
