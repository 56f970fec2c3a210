// What a base can look like: a colour and an icon. Bases made by other programs may bring names that we don't have; they get
// a colour from their id and the icon of a table.
import {
	BookOpen,
	Box,
	Briefcase,
	CalendarDays,
	ChartNoAxesColumn,
	Film,
	FlaskConical,
	Globe,
	Heart,
	Landmark,
	Leaf,
	ListChecks,
} from "lucide";
import { Music, Package, Rocket, ShoppingCart, Table2, Truck, Users, Wrench, type IconNode } from "lucide";
import type { Base } from "../api/types";

export const colors = {
	teal: "#0b7a84",
	blue: "#2f6fdd",
	indigo: "#6a5ae0",
	purple: "#a44ac2",
	pink: "#cf3f7d",
	red: "#cc4338",
	orange: "#c2630b",
	gold: "#94740a",
	lime: "#4b8a2a",
	green: "#1c8757",
	slate: "#4f6475",
} as const;
export type ColorName = keyof typeof colors;

export const icons = {
	table: Table2,
	box: Box,
	package: Package,
	truck: Truck,
	cart: ShoppingCart,
	users: Users,
	briefcase: Briefcase,
	calendar: CalendarDays,
	checks: ListChecks,
	chart: ChartNoAxesColumn,
	landmark: Landmark,
	wrench: Wrench,
	flask: FlaskConical,
	rocket: Rocket,
	globe: Globe,
	leaf: Leaf,
	heart: Heart,
	book: BookOpen,
	film: Film,
	music: Music,
} satisfies Record<string, IconNode>;
export type IconName = keyof typeof icons;

export function iconName(base: Pick<Base, "icon">): IconName {
	return base.icon && Object.hasOwn(icons, base.icon) ? (base.icon as IconName) : "table";
}

export function iconOf(base: Pick<Base, "icon">): IconNode {
	return icons[iconName(base)];
}

export function colorOf(base: Pick<Base, "color" | "uuid">): string {
	if (base.color && /^#[0-9a-f]{6}$/i.test(base.color)) return base.color;
	const all = Object.values(colors);
	return all[parseInt(base.uuid.slice(0, 6), 16) % all.length]!;
}

/** For a new base, so that they can be told apart at a glance from the start. */
export function randomColor(): string {
	const all = Object.values(colors);
	return all[Math.floor(Math.random() * all.length)]!;
}
