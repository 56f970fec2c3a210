// Puts a floating box (menu, list of suggestions) below what it belongs to, or above where there is no room below.

const gap = 4;
const margin = 8;

export function place(anchor: Element, box: HTMLElement, align: "start" | "end", matchWidth = false): void {
	const at = anchor.getBoundingClientRect();
	if (matchWidth) box.style.setProperty("min-width", `${at.width}px`);
	const { offsetWidth: width, offsetHeight: height } = box;
	const wanted = align === "start" ? at.left : at.right - width;
	const left = Math.max(margin, Math.min(wanted, innerWidth - width - margin));
	const fitsBelow = at.bottom + gap + height <= innerHeight - margin;
	const top = fitsBelow ? at.bottom + gap : Math.max(margin, at.top - gap - height);
	box.style.setProperty("left", `${left}px`);
	box.style.setProperty("top", `${top}px`);
}
