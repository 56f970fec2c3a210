// Tokens that only the server could make: with a master secret that the test chose (ATOLL_SECRET_KEY), a test can sign a
// base token that has expired already. The key is derived as libsodium's crypto_kdf does it: BLAKE2b with the number of the
// key as salt and the context as person.
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";

export const masterSecret = "00112233445566778899aabbccddeeff".repeat(2);

const derive = `
import hashlib
key = hashlib.blake2b(b"", digest_size=32, key=bytes.fromhex("${masterSecret}"),
    salt=(1).to_bytes(8, "little").ljust(16, b"\\0"), person=b"atollkey".ljust(16, b"\\0"))
print(key.hexdigest())`;

let key;

/** The base token `token` with other claims, rightly signed. */
export function reissue(token, claims) {
	key ??= Buffer.from(execFileSync("python3", ["-c", derive], { encoding: "utf8" }).trim(), "hex");
	const [head, payload] = token.split(".");
	const changed = { ...JSON.parse(Buffer.from(payload, "base64url")), ...claims };
	const text = `${head}.${Buffer.from(JSON.stringify(changed)).toString("base64url")}`;
	return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
}
