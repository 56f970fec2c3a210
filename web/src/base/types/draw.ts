// Cells that are more than text: ticks, stars, coloured options, people, links.
import type { Column } from "../gateway";
import { element, optionsOf, setting, type Context } from "./type";

export const rateColor = "#FF8000";

/** Something drawn, with words for those who don't see it. */
function picture(className: string, label: string): HTMLElement {
	const node = element("span", className);
	node.role = "img";
	node.ariaLabel = label;
	return node;
}

export function tick(value: unknown, _column: Column, context: Context): Node {
	return picture(value === true ? "tick on" : "tick", value === true ? context.yes : context.no);
}

export function rateMax(column: Column): number {
	return Number(setting(column, "rate_max_number")) || 5;
}

const rateShapes: Record<string, string> = { "dtable-icon-rate": "star", "dtable-icon-like": "heart", "dtable-icon-praise": "thumb", "dtable-icon-flag": "flag" };

export function rateShape(column: Column): string {
	return rateShapes[setting(column, "rate_style_type")] ?? "star";
}

export function stars(value: unknown, column: Column): Node {
	const given = typeof value === "number" ? value : 0;
	const box = picture(`stars ${rateShape(column)}`, `${given} / ${rateMax(column)}`);
	box.style.setProperty("--rate", setting(column, "rate_style_color") || rateColor);
	for (let star = 1; star <= rateMax(column); star++) {
		const one = element("span", star <= given ? "star on" : "star");
		one.dataset["star"] = String(star);
		box.append(one);
	}
	return box;
}

/** Relative luminance, as WCAG defines it. */
function luminance(color: string): number | undefined {
	const hex = /^#([0-9a-f]{6})$/i.exec(color)?.[1] ?? /^#([0-9a-f]{3})$/i.exec(color)?.[1]?.replace(/./g, "$&$&");
	if (!hex) return undefined;
	const parts = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
	const [red = 0, green = 0, blue = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const [dark, light] = ["#16211f", "#ffffff"];

/** The option's own text colour where it can be read on the option's colour; many of the usual palette's can't. */
function readable(color: string, wanted: string | undefined): string | undefined {
	const ground = luminance(color);
	if (ground === undefined) return wanted;
	const contrast = (text: string) => {
		const other = luminance(text) ?? 0;
		return (Math.max(ground, other) + 0.05) / (Math.min(ground, other) + 0.05);
	};
	if (wanted && contrast(wanted) >= 4.5) return wanted;
	return contrast(dark) >= contrast(light) ? dark : light;
}

export function pill(text: string, color: string | undefined, textColor: string | undefined): HTMLElement {
	const node = element("span", "pill", text);
	const ink = color ? readable(color, textColor) : undefined;
	if (color) node.style.setProperty("--pill", color);
	if (ink) node.style.setProperty("--pill-text", ink);
	return node;
}

/** An id that names no option is shown as it is: a name that was just typed and that the server is about to know. */
export function options(value: unknown, column: Column): Node | string {
	const ids = Array.isArray(value) ? value : value === null || value === undefined || value === "" ? [] : [value];
	if (ids.length === 0) return "";
	const known = optionsOf(column);
	return element("span", "pills", ...ids.map((id) => {
		const option = known.find((one) => one.id === id);
		return pill(option?.name ?? String(id), option?.color, option?.textColor);
	}));
}

export function person(name: string): HTMLElement {
	const initials = name.split(/\s+/).filter(Boolean).map((part) => part[0]!);
	const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 360, 7);
	const face = element("span", "face", [initials[0] ?? "?", initials.length > 1 ? initials.at(-1)! : ""].join("").toLocaleUpperCase());
	face.setAttribute("aria-hidden", "true");
	face.style.setProperty("--hue", String(hue));
	return element("span", "person", face, name);
}

export function people(value: unknown, _column: Column, context: Context): Node | string {
	const emails = Array.isArray(value) ? value : typeof value === "string" && value ? [value] : [];
	if (emails.length === 0) return "";
	return element("span", "pills", ...emails.map((email) => person(context.people.get(String(email))?.name ?? String(email))));
}

/** A link that Ctrl+click and the row's panel open; a plain click selects the cell. */
export function link(value: unknown, href: (text: string) => string): Node | string {
	if (typeof value !== "string" || value === "") return "";
	const anchor = element("a", "link", value);
	const target = href(value);
	if (!/^(https?|mailto):/i.test(target)) return value;
	anchor.href = target;
	anchor.target = "_blank";
	anchor.rel = "noopener noreferrer";
	anchor.tabIndex = -1;
	return anchor;
}
