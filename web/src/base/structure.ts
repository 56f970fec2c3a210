// What a person does to the tables of the base and their columns. All of it can be taken back: what a deletion or a new type
// took is restored by the server.
import { same } from "./cells";
import type { Cells, Column, ColumnData, Table } from "./gateway";
import type { Step } from "./history.svelte";
import type { BaseStore } from "./store.svelte";

export class StructureEdits {
	#store: BaseStore;

	constructor(store: BaseStore) {
		this.#store = store;
	}

	/* Columns */

	async #changeColumn(key: string, op: string, redo: Cells, undo: Cells): Promise<boolean> {
		const table = this.#store.ref;
		const change = async (cells: Cells) => {
			const { op: _, ...column } = await this.#store.gateway.changeColumn(table, key, op, cells);
			this.#store.patchColumn(table.table_id, column);
		};
		return this.#store.step(() => change(redo), () => change(undo));
	}

	resizeColumn(column: Column, width: number): Promise<boolean> {
		return this.#changeColumn(column.key, "resize_column", { new_column_width: width }, { new_column_width: column.width ?? 200 });
	}

	freezeColumn(column: Column, frozen: boolean): Promise<boolean> {
		return this.#changeColumn(column.key, "freeze_column", { frozen }, { frozen: !frozen });
	}

	/** Places a column right of another. The API has no way to put one in front of the first. */
	async moveColumn(key: string, rightOf: string): Promise<void> {
		const columns = this.#store.table?.columns ?? [];
		const at = columns.findIndex((column) => column.key === key);
		const before = columns[at - 1]?.key;
		if (at <= 0 || before === undefined || before === rightOf) return this.#store.redraw();
		const table = this.#store.ref;
		const move = async (target_column: string) => {
			await this.#store.gateway.changeColumn(table, key, "move_column", { target_column });
			await this.#store.loadStructure();
		};
		await this.#store.step(() => move(rightOf), () => move(before));
	}

	/** A step whose way back, or whose way forth the second time, is to restore what an operation took. */
	async #structureStep(table: string, redo: () => Promise<unknown>, undo: () => Promise<unknown>): Promise<void> {
		const whole = (work: () => Promise<unknown>) => async () => {
			await work();
			await this.#store.loadStructure();
			if (table === this.#store.tableId) await this.#store.reload();
		};
		await this.#store.history.run({ table, redo: whole(redo), undo: whole(undo) });
	}

	/** What `remove` deletes and `restore` brings back, in turn. */
	#removal(remove: () => Promise<{ op: number | undefined }>): { redo: () => Promise<void>; undo: () => Promise<void> } {
		let op: number | undefined;
		return {
			redo: async () => {
				({ op } = await remove());
			},
			undo: async () => {
				if (op !== undefined) await this.#store.gateway.restore(op);
			},
		};
	}

	/** Throws what the server says, for the dialog to show. */
	async addColumn(name: string, type: string, data: ColumnData, rightOf?: string): Promise<void> {
		const table = this.#store.ref;
		let key: string | undefined;
		const removal = this.#removal(() => this.#store.gateway.deleteColumn(table, key!));
		const add = async () => {
			if (key === undefined) key = (await this.#store.gateway.insertColumn(table, name, type, data, rightOf)).key;
			else await removal.undo();
		};
		await this.#structureStep(table.table_id, add, removal.redo);
	}

	/** Name, type and settings as one step. Throws what the server says. */
	async changeColumn(column: Column, name: string, type: string, data: ColumnData): Promise<void> {
		const table = this.#store.ref;
		const rename = (new_column_name: string) => this.#store.gateway.changeColumn(table, column.key, "rename_column", { new_column_name });
		const modify = (new_column_type: string, column_data: ColumnData) => this.#store.gateway.changeColumn(table, column.key, "modify_column_type", { new_column_type, column_data });
		const renamed = name !== column.name;
		const modified = type !== column.type || !same(data, column.data);
		let op: number | undefined;
		const redo = async () => {
			if (renamed) await rename(name);
			try {
				if (modified) ({ op } = await modify(type, data));
			} catch (error) {
				if (renamed) await rename(column.name);
				throw error;
			}
		};
		const undo = async () => {
			if (op !== undefined) await this.#store.gateway.restore(op);
			else if (modified) await modify(column.type, column.data);
			if (renamed) await rename(column.name);
		};
		if (renamed || modified) await this.#structureStep(table.table_id, redo, undo);
	}

	/** Throws what the server says. */
	async deleteColumn(column: Column): Promise<void> {
		const table = this.#store.ref;
		const { redo, undo } = this.#removal(() => this.#store.gateway.deleteColumn(table, column.key));
		await this.#structureStep(table.table_id, redo, undo);
	}

	/* Tables */

	/** Throws what the server says. */
	async addTable(name: string): Promise<void> {
		let table_id: string | undefined;
		const removal = this.#removal(() => this.#store.gateway.deleteTable({ table_id: table_id! }));
		const before = this.#store.tableId;
		// Undone, the table before is shown again; redone, this one.
		const step: Step = {
			table: before,
			redo: async () => {
				if (table_id === undefined) table_id = (await this.#store.gateway.createTable(name))._id;
				else await removal.undo();
				await this.#store.loadStructure();
				await this.#store.show(table_id);
				step.table = table_id;
			},
			undo: async () => {
				await removal.redo();
				await this.#store.loadStructure();
				step.table = before;
			},
		};
		await this.#store.history.run(step);
	}

	/** Throws what the server says. */
	async renameTable(table: Table, name: string): Promise<void> {
		const rename = (name: string) => this.#store.gateway.renameTable({ table_id: table._id }, name);
		await this.#structureStep(table._id, () => rename(name), () => rename(table.name));
	}

	/** Throws what the server says. */
	async deleteTable(table: Table): Promise<void> {
		const { redo, undo } = this.#removal(() => this.#store.gateway.deleteTable({ table_id: table._id }));
		await this.#structureStep(table._id, redo, undo);
	}
}
