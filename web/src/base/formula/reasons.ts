// Why the server refuses a formula, in the person's language. Its own sentences are English.
import { ApiError } from "../../api/client";
import { errorText } from "../../ui";
import { t } from "./i18n";

type Why = Parameters<typeof t>[0] & `why.${string}`;

/** In brackets: what the message calls `name`. */
const reasons: Array<[pattern: RegExp, why: Why]> = [
	[/^there is no column (.+)$/s, "why.noColumn"],
	[/^there is no function (.+)$/s, "why.noFunction"],
	[/^too few arguments of (.+)$/, "why.tooFew"],
	[/^too many arguments of (.+)$/, "why.tooMany"],
	[/compares values of different kinds$/, "why.kinds"],
	[/^a date can't be the second part/, "why.date"],
	[/in a circle$/, "why.circle"],
	[/without its closing quote/, "why.quote"],
	[/without its closing brace/, "why.brace"],
	[/closing parenthesis is missing/, "why.parenthesis"],
	[/^a value is missing/, "why.value"],
	[/^an unknown word/, "why.word"],
	[/^(an unexpected character|no number)/, "why.character"],
	[/^(.+) takes the name of a link column$/, "why.link"],
	[/^(.+) takes the name of a column$/, "why.column"],
	[/stands in lookup only$|^lookup takes a row/, "why.lookup"],
	[/^countItems takes/, "why.items"],
	[/^rollup (knows|can't)/, "why.rollup"],
	[/^the condition of/, "why.condition"],
	[/too large$|within each other|^too long/, "why.tooLarge"],
	[/exceeds the execution limit/, "why.tooSlow"],
];

export function reasonOf(error: unknown): string {
	const message = error instanceof ApiError ? error.message.replace(/^The formula is not valid: (.*)\.$/s, "$1") : "";
	for (const [pattern, why] of reasons) {
		const match = pattern.exec(message);
		if (match) return t(why as "why.noColumn", { name: match[1] ?? "" });
	}
	return errorText(error);
}
