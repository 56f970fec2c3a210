// API tokens of one base, through either door: as somebody who manages the base, or as an admin of the base's team.
import { namesOf, type BaseRef } from "./bases";
import { call, path } from "./client";
import type { ApiToken, Permission, TeamBaseApiToken } from "./types";

/** A token as lists show it; `creator` is the name of who made it. */
export type Token = ApiToken & { creator: string };

export type TokenStore = {
	list(): Promise<Token[]>;
	create(app_name: string, permission: Permission): Promise<Token>;
	change(app_name: string, permission: Permission): Promise<unknown>;
	remove(app_name: string): Promise<unknown>;
};

function storeAt(url: string, complete: (tokens: ApiToken[]) => Promise<Token[]>): TokenStore {
	const one = (app_name: string) => url + path`${app_name}/`;
	return {
		list: async () => complete((await call<{ api_tokens: ApiToken[] }>("GET", url)).api_tokens),
		create: async (app_name, permission) => {
			const made = await call<ApiToken>("POST", url, { body: { app_name, permission } });
			return (await complete([made]))[0] as Token;
		},
		change: (app_name, permission) => call("PUT", one(app_name), { body: { permission } }),
		remove: (app_name) => call("DELETE", one(app_name)),
	};
}

export function tokensOfBase(base: BaseRef): TokenStore {
	return storeAt(path`/api/v2.1/workspace/${base.workspace_id}/dtable/${base.name}/api-tokens/`, async (tokens) => {
		if (tokens.length === 0) return [];
		const names = await namesOf([...new Set(tokens.map((token) => token.generated_by))]);
		return tokens.map((token) => ({ ...token, creator: names.get(token.generated_by) ?? token.generated_by }));
	});
}

export function tokensOfTeamBase(org_id: number, uuid: string): TokenStore {
	const url = path`/api/v2.1/org/${org_id}/admin/dtables/${uuid}/api-tokens/`;
	return storeAt(url, async (tokens) => tokens as Token[]);
}

export type TeamTokenFilter = {
	search?: string;
	base_uuid?: string;
	permission?: Permission | "";
	unused_days?: number;
};

export function listTeamTokens(
	org_id: number,
	filter: TeamTokenFilter,
	page: number,
): Promise<{ api_tokens: TeamBaseApiToken[]; total_count: number }> {
	return call("GET", path`/api/v2.1/org/${org_id}/admin/api-tokens/`, { query: { ...filter, page, per_page: 25 } });
}
