// How long a person waits for a view: a real browser opens one with three filters, two groups and a sum on 100,000 rows, and in turn
// the table's plain view, which asks the server for nothing but rows.
import { median, options, reportValue, rounds } from "./server.mjs";

const ROWS = 100_000;
const states = ["ok", "recount", "sold", "ordered"];

/** Until the view's rows stand in the grid, in milliseconds. */
function open(page, view, isGrouped) {
	return page.evaluate(([view, isGrouped]) => new Promise((done) => {
		const item = [...document.querySelectorAll("[role=menuitemradio]")].find((one) => one.textContent.trim() === view);
		const before = document.querySelector(".slick-row");
		const start = performance.now();
		const look = () => {
			const row = document.querySelector(".slick-pane-right .slick-row");
			const isThere = row?.textContent.trim() && !before.isConnected && document.querySelector(".group-title") !== null === isGrouped;
			if (isThere) done(performance.now() - start);
			else requestAnimationFrame(look);
		};
		item.click();
		look();
	}), [view, isGrouped]);
}

export async function measureView() {
	process.env.ATOLL_BINARY = options.binary;
	const { openWeb } = await import("../tests/browser/page.mjs");
	const web = await openWeb();
	try {
		const base = await web.server.createBase("bench");
		await base.createTable("Items", [["Name", "text"], ["State", "single-select"], ["Price", "number"], ["Arrived", "date"], ["Checked", "checkbox"]]);
		for (let from = 0; from < ROWS; from += 1000) {
			await base.append("Items", Array.from({ length: 1000 }, (_, i) => {
				const n = ((from + i) * 2654435761) % 4294967296;
				return { Name: `Bolt ${n % 24} number ${from + i}`, State: states[n % 4], Price: n % 1000, Checked: n % 2 === 0,
					Arrived: new Date(Date.UTC(2024, 0, 1 + (n % 700))).toISOString().slice(0, 10) };
			}));
		}
		const table = (await base.call("GET", "metadata/")).metadata.tables.find(({ name }) => name === "Items");
		const column = (name) => table.columns.find((one) => one.name === name);
		const option = (name) => column("State").data.options.find((one) => one.name === name).id;
		await base.call("POST", "views/?table_name=Items", {
			name: "Grouped",
			filters: [
				{ column_key: column("Name").key, filter_predicate: "contains", filter_term: "number" },
				{ column_key: column("Price").key, filter_predicate: "greater", filter_term: 100 },
				{ column_key: column("State").key, filter_predicate: "is_any_of", filter_term: [option("ok"), option("sold")] },
			],
			groupbys: [{ column_key: column("State").key }, { column_key: column("Arrived").key, count_type: "month" }],
			custom_settings: { summaries: { [column("Price").key]: "sum" } },
		});
		const page = await web.open(`/base/${base.uuid}?table=${table._id}`);
		await page.locator(".slick-row").first().waitFor();
		const times = { Grouped: [], "Default View": [] };
		let shown = "Default View";
		for (let round = 0; round < rounds + 1; round++) {
			for (const view of ["Grouped", "Default View"]) {
				await page.getByRole("button", { name: `View: ${shown}`, exact: true }).click();
				await page.getByRole("menuitemradio", { name: view, exact: true }).waitFor();
				const ms = await open(page, view, view === "Grouped");
				if (round > 0) times[view].push(ms);
				shown = view;
			}
		}
		const [grouped, plain] = [median(times.Grouped), median(times["Default View"])];
		reportValue("opening a view", `In Chromium, from the click to the rows: three filters, two groups and a sum on ${ROWS.toLocaleString("en")} rows, and the same table's plain view.`,
			`${grouped.toFixed(0)} ms, plain ${plain.toFixed(0)} ms, ratio ${(grouped / plain).toFixed(1)}`);
		await web.closePages();
	} finally {
		await web.close();
	}
}
