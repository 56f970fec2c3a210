// Who is told of a comment: the server's rule, for the writer to see beforehand. Whoever commented on the row, whoever stands in one
// of its collaborator cells, and whoever is mentioned; not the writer.
import type { Column, Comment, Row } from "../gateway";
import type { Person } from "../types";

export function whoIsTold(row: Row, columns: Column[], comments: Comment[], mentioned: Person[], people: ReadonlyMap<string, Person>, me: string): Person[] {
	const inCells = columns.filter((column) => column.type === "collaborator").flatMap((column) => (row[column.key] as string[] | null | undefined) ?? []);
	const emails = new Set([...comments.map((one) => one.author), ...inCells, ...mentioned.map((one) => one.email)]);
	emails.delete(me);
	return [...emails].flatMap((email) => people.get(email) ?? []);
}

/** The people whose "@Name" stands in a text. */
export function mentionedIn(text: string, people: Iterable<Person>): Person[] {
	return [...people].filter(({ name }) => name && text.includes(`@${name}`));
}
