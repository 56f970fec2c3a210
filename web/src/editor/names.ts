// The words of SQL, and how a name is written among them.
export const words =
	"select distinct from where group by having order asc desc limit offset join left inner on as union all insert into values update set delete " +
	"and or not in like ilike between is null true false case when then else end has any of none exactly exists explain cast coalesce count sum avg min max";

/** Names that are no plain word stand in backticks. */
export function quoted(name: string): string {
	const plain = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !words.split(" ").includes(name.toLowerCase());
	return plain ? name : `\`${name.replaceAll("`", "``")}\``;
}
