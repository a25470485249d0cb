// Property lists as XML text. Apple's DTD: www.apple.com/DTDs/PropertyList-1.0.dtd.
import { MortarError } from "../errors.ts";

export type PlistValue = string | number | boolean | Uint8Array | readonly PlistValue[] | PlistDictionary;
export interface PlistDictionary {
  readonly [key: string]: PlistValue;
}

const head = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
`;

/** The text of a property list. Numbers have to be whole. Throws `invalid_input` for text that XML cannot hold. */
export function writePlist(value: PlistValue): string {
  return `${head}${element(value, "")}</plist>\n`;
}

function element(value: PlistValue, indent: string): string {
  if (typeof value === "string") return `${indent}<string>${escaped(value)}</string>\n`;
  if (typeof value === "boolean") return `${indent}<${value ? "true" : "false"}/>\n`;
  if (typeof value === "number") return `${indent}<integer>${wholeNumber(value)}</integer>\n`;
  if (value instanceof Uint8Array) return `${indent}<data>\n${lines(value, indent)}${indent}</data>\n`;
  const inner = `${indent}\t`;
  if (isList(value)) return `${indent}<array>\n${value.map((one) => element(one, inner)).join("")}${indent}</array>\n`;
  const entries = Object.entries(value).map(
    ([key, one]) => `${inner}<key>${escaped(key)}</key>\n${element(one, inner)}`,
  );
  return `${indent}<dict>\n${entries.join("")}${indent}</dict>\n`;
}

function isList(value: PlistValue): value is readonly PlistValue[] {
  return Array.isArray(value);
}

function wholeNumber(value: number): string {
  if (!Number.isSafeInteger(value)) throw new MortarError("invalid_input", `${value} is not a whole number`);
  return String(value);
}

function lines(bytes: Uint8Array, indent: string): string {
  const text = Buffer.from(bytes).toString("base64");
  return (text.match(/.{1,76}/g) ?? []).map((line) => `${indent}${line}\n`).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function escaped(text: string): string {
  // XML 1.0 has no way to write these.
  if (/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text)) {
    throw new MortarError("invalid_input", `${JSON.stringify(text)} holds characters that a profile cannot`);
  }
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign).replaceAll("\r", "&#13;");
}
