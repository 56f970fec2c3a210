// What kind of statement a text is, as far as the page must know before the server does.

const withoutComments = (text: string): string => text.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)+/, "");
const startsWith = (text: string, words: string): boolean => new RegExp(`^(?:${words})\\b`, "i").test(withoutComments(text));

export const writes = (text: string): boolean => startsWith(text, "insert|update|delete");
export const explains = (text: string): boolean => startsWith(text, "explain");
