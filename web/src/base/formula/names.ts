// What stands in the braces of a formula: the table's columns, and those of linked tables, two links deep at most.
import type { FormulaName } from "../../editor/formula";
import type { Column, Table } from "../gateway";

const mostHops = 2;
/** Braces end a name, and nothing can be said in their place. */
const writable = (name: string): boolean => !/[{}]/.test(name);

function linkedTable(tables: Table[], table: Table, column: Column): Table | undefined {
	const { table_id, other_table_id } = column.data ?? {};
	return tables.find((one) => one._id === (table_id === table._id ? other_table_id : table_id));
}

/** `typeName`: what a column's type is called. The column `self` is left out. */
export function formulaNames(tables: Table[], table: Table, self: Column | undefined, typeName: (type: string) => string): FormulaName[] {
	const found: FormulaName[] = [];
	const add = (of: Table, before: string, hops: number) => {
		const columns = of.columns.filter((column) => writable(column.name) && !(hops === 0 && column.key === self?.key));
		for (const { name, type } of columns) {
			const detail = hops ? `${of.name}, ${typeName(type)}` : typeName(type);
			found.push({ name: before + name, detail, isLink: type === "link", hops });
		}
		for (const column of columns) {
			const linked = column.type === "link" && hops < mostHops ? linkedTable(tables, of, column) : undefined;
			if (linked) add(linked, `${before}${column.name}.`, hops + 1);
		}
	};
	add(table, "", 0);
	return found;
}
