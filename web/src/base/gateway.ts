// The base's own API, called with a base token. Rows travel by column key and option id on the way out, and by name on the
// way in: that is how the API has it.
import { ApiError, call, path, type Method, type Options } from "../api/client";
import { getBaseToken, type BaseRef } from "../api/bases";
import type {
	ActivityList, AppendedRows, Column, Comment, CommentCounts, FormulaPreview, Metadata, NotificationList, Row, RowColors, RowSummary, SqlResult,
	SummarizeRows, Table, User, View,
} from "../api/schemas";
import type { Group } from "./lines";
import type { Linked } from "./types";

export type { Column, Comment, FormulaPreview, Row, Table, View };
/** Which rows the grid shows, and whether in groups and with colours. */
export type RowSource = { table_id: string; view_id: string; grouped: boolean; colored: boolean };
export type SummaryRequest = NonNullable<SummarizeRows["summaries"]>[number];
export type GroupBy = NonNullable<SummarizeRows["groupbys"]>[number];
export type Activity = ActivityList["activities"][number];
export type Notification = NotificationList["notification_list"][number];
export type Summary = Omit<RowSummary, "groups"> & { groups?: Group[] };
export type ViewChange = Partial<Omit<View, "_id">> & { position?: number };
export type Cells = Record<string, unknown>;
export type ColumnData = Record<string, unknown> | null;
export type RowUpdate = { row_id: string; row: Cells };
export type TableRef = { table_id: string };
export type LinkRef = { link_id: string; table_id: string; other_table_id: string };
export type Filter = { column_key: string; filter_predicate: string; filter_term: unknown; filter_term_modifier?: string };
export type RowPlace = { anchor_row_id: string; row_insert_position: "insert_above" | "insert_below" };
export type Structure = Metadata["metadata"];

/** The most rows that one call reads or writes. */
export const pageSize = 1000;
export const activitiesPerPage = 25;

export class Gateway {
	#base: BaseRef & { uuid: string };
	#token: Promise<string> | undefined;

	constructor(base: BaseRef & { uuid: string }) {
		this.#base = base;
	}

	/** Base tokens live for days; a page may stay open longer, so a refused one is replaced once. */
	#call<T>(method: Method, rest: string, options: Omit<Options, "baseToken"> = {}): Promise<T> {
		return this.#at<T>(method, this.url(rest), options);
	}

	async #at<T>(method: Method, url: string, options: Omit<Options, "baseToken"> = {}): Promise<T> {
		try {
			return await call<T>(method, url, { ...options, baseToken: await this.token() });
		} catch (error) {
			if (!(error instanceof ApiError) || error.status !== 401) throw error;
			this.#token = undefined;
			return call<T>(method, url, { ...options, baseToken: await this.token() });
		}
	}

	token(): Promise<string> {
		this.#token ??= getBaseToken(this.#base).catch((error: unknown) => {
			this.#token = undefined;
			throw error;
		});
		return this.#token;
	}

	url(rest: string): string {
		return path`/api-gateway/api/v2/dtables/${this.#base.uuid}/` + rest;
	}

	async structure(): Promise<Structure> {
		return (await this.#call<Metadata>("GET", "metadata/")).metadata;
	}

	async people(): Promise<User[]> {
		return (await this.#call<{ user_list: User[] }>("GET", "related-users/")).user_list;
	}

	/* Rows */

	async rows({ table_id, view_id, grouped }: TableRef & Partial<RowSource>, start: number, limit: number, signal?: AbortSignal): Promise<Row[]> {
		const query = { table_id, view_id, grouped, start, limit, convert_keys: false };
		return (await this.#call<{ rows: Row[] }>("GET", "rows/", { query, signal })).rows;
	}

	/** `groupbys`: other groups than the view's. */
	summarize({ table_id, view_id, grouped }: RowSource, summaries: SummaryRequest[], groupbys?: GroupBy[]): Promise<Summary> {
		return this.#call("POST", "summarize-rows/", { body: { table_id, view_id, grouped, groupbys, summaries } });
	}

	async colors({ table_id, view_id }: RowSource, row_ids: string[]): Promise<Record<string, string>> {
		return (await this.#call<RowColors>("POST", "color-rows/", { body: { table_id, view_id, row_ids } })).colors as Record<string, string>;
	}

	row(table: TableRef, id: string): Promise<Row> {
		return this.#call("GET", path`rows/${id}/`, { query: { ...table, convert_keys: false } });
	}

	/** The ids of the new rows, in the order given. */
	async append(table: TableRef, rows: Cells[], place: Partial<RowPlace> = {}, apply_default = false): Promise<string[]> {
		const body = { ...table, rows, apply_default, ...place };
		return (await this.#call<AppendedRows>("POST", "rows/", { body })).row_ids.map((row) => row._id);
	}

	update(table: TableRef, updates: RowUpdate[]): Promise<unknown> {
		return this.#call("PUT", "rows/", { body: { ...table, updates } });
	}

	deleteRows(table: TableRef, row_ids: string[]): Promise<unknown> {
		return this.#call("DELETE", "rows/", { body: { ...table, row_ids } });
	}

	/** What a formula would give on the first rows; `column_key`: of the column whose formula it is to be. */
	previewFormula(rows: TableRef & { view_id?: string }, formula: string, column_key: string | undefined, signal: AbortSignal): Promise<FormulaPreview> {
		return this.#call("POST", "preview-formula/", { body: { ...rows, formula, column_key }, signal });
	}

	/** The first rows that the filters select; keyed by the columns' names. */
	async filteredRows(table: TableRef & { view_id?: string }, filters: Filter[], limit: number, signal?: AbortSignal): Promise<Row[]> {
		const body = { ...table, filters, filter_conjunction: "Or" };
		return (await this.#call<{ rows: Row[] }>("POST", "filtered-rows/", { query: { ...table, limit }, body, signal })).rows;
	}

	/* Links */

	/** A part of what a cell holds. */
	async linkedRows(table: TableRef, link_column: string, row_id: string, offset: number, limit: number): Promise<Linked[]> {
		return (await this.#call<Record<string, Linked[]>>("POST", "query-links/", { body: { ...table, link_column, rows: [{ row_id, offset, limit }] } }))[row_id] ?? [];
	}

	/** POST adds rows to cells, DELETE takes some away, PUT makes cells hold exactly these. */
	editLinks(method: "POST" | "PUT" | "DELETE", link: LinkRef, other_rows_ids_map: Record<string, string[]>): Promise<unknown> {
		return this.#call(method, "links/", { body: { ...link, other_rows_ids_map } });
	}

	lockRows(table: TableRef, row_ids: string[], locked: boolean): Promise<unknown> {
		return this.#call("PUT", locked ? "lock-rows/" : "unlock-rows/", { body: { ...table, row_ids } });
	}

	/* What people say about rows, what happened to them, and of what this person is told */

	comments(row_id: string): Promise<Comment[]> {
		return this.#call("GET", "comments/", { query: { row_id } });
	}

	addComment(table: TableRef, row_id: string, comment: string, to_users: string[]): Promise<unknown> {
		return this.#call("POST", "comments/", { body: { ...table, row_id, comment, to_users } });
	}

	resolveComment(id: number, resolved: boolean): Promise<unknown> {
		return this.#call("PUT", path`comments/${id}/`, { body: { resolved } });
	}

	deleteComment(id: number): Promise<unknown> {
		return this.#call("DELETE", path`comments/${id}/`);
	}

	/** How many comments each row has that has some. */
	async commentCounts(): Promise<Record<string, number>> {
		const url = path`/api/v2.1/dtables/${this.#base.uuid}/rows-comments-num/`;
		return (await this.#at<CommentCounts>("GET", url)).rows_comments_num as Record<string, number>;
	}

	/** Newest first; pages count from 1. */
	activities(row_id: string, page: number): Promise<ActivityList> {
		return this.#call("GET", "activities/", { query: { row_id, page, per_page: activitiesPerPage } });
	}

	async notifications(): Promise<Notification[]> {
		return (await this.#call<NotificationList>("GET", "notifications/", { query: { page: 1, per_page: 100 } })).notification_list;
	}

	/** One, or all of them. */
	markNotifications(seen: boolean, id?: number): Promise<unknown> {
		return this.#call("PUT", id === undefined ? "notifications/" : path`notifications/${id}/`, { body: { seen } });
	}

	deleteNotifications(): Promise<unknown> {
		return this.#call("DELETE", "notifications/");
	}

	/* SQL */

	/** Runs a statement. `changed`: how many rows one that writes has changed. */
	async sql(sql: string, cursor?: string): Promise<SqlResult & { changed: number | undefined }> {
		let changed: string | null = null;
		const onheaders = (headers: Headers) => (changed = headers.get("atoll-changed-rows"));
		const result = await this.#call<SqlResult>("POST", "sql/", { body: { sql, convert_keys: true, cursor }, onheaders });
		return { ...result, changed: changed === null ? undefined : Number(changed) };
	}

	/** A change whose operation can be restored: the answer's header names it, where there is one. */
	async #restorable<T>(method: Method, rest: string, body: unknown): Promise<T & { op: number | undefined }> {
		let op: string | null = null;
		const onheaders = (headers: Headers) => (op = headers.get("atoll-operation"));
		const answer = await this.#call<T>(method, rest, { body, onheaders });
		return { ...answer, op: op === null ? undefined : Number(op) };
	}

	/** Takes back what an operation deleted or changed for good. */
	restore(op: number): Promise<unknown> {
		return this.#call("PUT", path`restore-operations/${op}/`);
	}

	/* Tables */

	createTable(table_name: string): Promise<Table> {
		return this.#call("POST", "tables/", { body: { table_name } });
	}

	renameTable(table: TableRef, new_table_name: string): Promise<unknown> {
		return this.#call("PUT", "tables/", { body: { ...table, new_table_name } });
	}

	deleteTable(table: TableRef): Promise<{ op: number | undefined }> {
		return this.#restorable("DELETE", "tables/", table);
	}

	/* Views */

	createView(table: TableRef, settings: ViewChange): Promise<View> {
		return this.#call("POST", "views/", { query: table, body: settings });
	}

	changeView(table: TableRef, view: string, change: ViewChange): Promise<View> {
		return this.#call("PUT", path`views/${view}/`, { query: table, body: change });
	}

	deleteView(table: TableRef, view: string): Promise<unknown> {
		return this.#call("DELETE", path`views/${view}/`, { query: table });
	}

	/* Columns */

	insertColumn(table: TableRef, column_name: string, column_type: string, column_data: ColumnData, anchor_column?: string): Promise<Column> {
		return this.#call("POST", "columns/", { body: { ...table, column_name, column_type, column_data, anchor_column } });
	}

	changeColumn(table: TableRef, column: string, op_type: string, change: Cells): Promise<Column & { op: number | undefined }> {
		return this.#restorable("PUT", "columns/", { ...table, column, op_type, ...change });
	}

	deleteColumn(table: TableRef, column: string): Promise<{ op: number | undefined }> {
		return this.#restorable("DELETE", "columns/", { ...table, column });
	}
}
