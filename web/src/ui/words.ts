// Every failure as a sentence in the person's language. The server's own sentences are English; those that a person can
// bring about are known here, the rest is told by status.
import { ApiError } from "../api/client";
import { t, type MessageKey } from "../i18n";

type Known = [pattern: RegExp, key: MessageKey & `error.${string}`];

const known: Known[] = [
	[/^Unable to login/, "error.signIn"],
	[/^app_name .* already exists/, "error.tokenExists"],
	[/^app_name invalid/, "error.tokenName"],
	[/^dtable .* already exists/, "error.baseExists"],
	[/^dtable .* not found/, "error.baseGone"],
	[/^api_token .* not found/, "error.tokenGone"],
	[/^name invalid/, "error.name"],
	[/^User .* already exists/, "error.userExists"],
	[/^User .* is already a group member/, "error.memberExists"],
	[/^User .* not found/, "error.userUnknown"],
	[/^User inactive or deleted/, "error.userInactive"],
	[/^A team needs an active admin/, "error.lastAdmin"],
	[/^Group .* already exists/, "error.groupExists"],
	[/^Group .* not found/, "error.groupGone"],
	[/^The owner of a group/, "error.groupOwnerStays"],
	[/^Cannot delete group with bases/, "error.groupHasBases"],
	[/^This base is already shared/, "error.shareExists"],
	[/^A base can't be shared with its owner/, "error.shareToOwner"],
	[/^email invalid/, "error.email"],
	[/^The present password is wrong/, "error.oldPassword"],
	[/^A password needs at least/, "error.password"],
	[/^A cell of the column .* holds one row only/, "error.linkSingle"],
	[/X-CSRF-Token/, "error.reload"],
	[/^The server's disk is full/, "error.diskFull"],
	[/^The file of this base is damaged/, "error.baseDamaged"],
	[/^The file of this base is missing/, "error.baseMissing"],
	[/^The file of this base was written by a newer/, "error.baseTooNew"],
];

const byStatus: Record<number, MessageKey & `error.${string}`> = {
	0: "error.offline",
	401: "error.signedOut",
	403: "error.forbidden",
	404: "error.notFound",
	413: "error.tooLarge",
	429: "error.tooMany",
	500: "error.server",
	501: "error.notSupported",
	502: "error.offline",
	503: "error.busy",
	504: "error.offline",
};

export function errorText(error: unknown): string {
	if (!(error instanceof ApiError)) {
		console.error(error);
		return t("error.app");
	}
	const key = known.find(([pattern]) => pattern.test(error.message))?.[1] ?? byStatus[error.status];
	if (key) return t(key as "error.app");
	return error.message
		? t("error.other", { text: error.message })
		: t("error.unknown", { status: String(error.status) });
}
