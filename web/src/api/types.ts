// What the account endpoints answer, as far as the server's OpenAPI document doesn't name it yet; what it names comes from
// schemas.ts, which is made from it.
export type { ApiToken, Group, GroupMember, Profile, TeamBaseApiToken, TeamUser } from "./schemas";

export type Permission = "r" | "rw";

export type Base = {
	id: number;
	workspace_id: number;
	uuid: string;
	name: string;
	creator: string;
	modifier: string;
	created_at: string;
	updated_at: string;
	color: string | null;
	text_color: string | null;
	icon: string | null;
	starred: boolean;
};

export type SharedBase = Base & { permission: Permission; from_user?: string; from_user_name?: string };
export type TrashedBase = Base & { delete_time: string };
export type TeamBase = Base & { email: string; group_id: number; owner: string };
export type TrashedTeamBase = TeamBase & { delete_time: string };

export type Workspace =
	| { type: "starred"; table_list: Base[] }
	| { type: "shared"; shared_table_list: SharedBase[] }
	| { type: "personal"; id: number; table_list: Base[] }
	| {
			type: "group";
			id: number;
			name: string;
			group_id: number;
			group_owner: string;
			group_admins: string[];
			is_admin: boolean;
			group_member_count: number;
			table_list: Base[];
			group_shared_dtables: SharedBase[];
	  };

export type Person = { email: string; name: string; contact_email: string; avatar_url?: string };
export type UserShare = Person & { permission: Permission };
export type GroupShare = { group_id: number; group_name: string; permission: Permission };
export type GroupName = { id: number; name: string };

export type TeamInfo = {
	org_id: number;
	org_name: string;
	member_usage: number;
	active_members: number;
	base_count: number;
	storage_usage: number;
};

export type TeamGroup = {
	id: number;
	group_name: string;
	ctime: string;
	creator_name: string;
	creator_email: string;
	creator_contact_email: string;
	size: number;
};
