// Draws by Chart.js, of which only what is used is loaded.
import {
	ArcElement, BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, LineController, LineElement, PieController, PointElement, Tooltip,
} from "chart.js";
import { palette } from "../columns/settings.svelte";
import type { ChartSettings } from "./query";

/** The palette begins with pale colours, which hardly differ on a white page. */
const strong = palette.slice(12);

Chart.register(ArcElement, BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, PieController, PointElement, Tooltip);

/** A colour of the design as the canvas understands it: light or dark is decided by then. */
function resolved(element: HTMLElement, name: string): string {
	element.style.setProperty("color", `var(${name})`);
	const { color } = getComputedStyle(element);
	element.style.removeProperty("color");
	return color;
}

export function drawChart(canvas: HTMLCanvasElement, kind: ChartSettings["kind"], labels: string[], values: number[], title: string, locale: string): () => void {
	const parent = canvas.parentElement!;
	const [text, line, accent, surface] = ["--text", "--border", "--accent", "--raised"].map((name) => resolved(parent, name)) as [string, string, string, string];
	const pie = kind === "pie";
	const axis = { ticks: { color: text }, grid: { color: line }, border: { color: line } };
	const whole = values.every(Number.isInteger); // a count has no halves
	const number = { ...axis, ticks: { color: text, ...(whole && { precision: 0 }) }, beginAtZero: true };
	const chart = new Chart(canvas, {
		type: pie ? "pie" : kind === "line" ? "line" : "bar",
		data: {
			labels,
			datasets: [{
				label: title,
				data: values,
				maxBarThickness: 72,
				backgroundColor: pie ? labels.map((_, index) => strong[index % strong.length]!.color) : accent,
				borderColor: pie ? surface : accent,
				borderWidth: pie || kind === "line" ? 2 : 0,
			}],
		},
		options: {
			locale,
			animation: false,
			maintainAspectRatio: false,
			indexAxis: kind === "bar" ? "y" : "x",
			plugins: { legend: { display: pie, position: "right", labels: { color: text } } },
			scales: pie ? {} : kind === "bar" ? { x: number, y: axis } : { x: axis, y: number },
		},
	});
	return () => chart.destroy();
}
