// Wishes for tests, and a reader of .reg files that goes by Microsoft's description alone.
import { Secret } from "../platform/secret.ts";
import type { DesktopWish } from "./settings.ts";

export const helperWish: DesktopWish = {
  connection: {
    kind: "helper",
    gatewayUrl: "https://dbc-1.cloud.databricks.com/ai-gateway/anthropic",
    helper: "/usr/local/bin/databricks-claude-credential-helper",
    ttlSec: 55,
  },
  fleet: { profile: "PROD", host: "https://dbc-1.cloud.databricks.com" },
  models: [{ name: "system.ai.claude-opus-4-8", supports1m: true }, { name: "system.ai.claude-haiku-5-5" }],
  signedExtensionsOnly: true,
  localServers: true,
};

export const daemonWish: DesktopWish = {
  ...helperWish,
  connection: {
    kind: "daemon",
    proxyUrl: "http://127.0.0.1:49153/p/PROD/anthropic",
    port: 49_153,
    key: new Secret("an-example-key-of-a-proxy"),
    telemetryUrl: "http://127.0.0.1:49153/p/PROD/otel",
  },
  fleet: { ...helperWish.fleet, databricksCliPath: String.raw`C:\Program Files\Databricks\databricks.exe` },
  models: [],
};

/** Text that every format has to escape. */
export const oddProfile = `a "b" <c> & 'd' \\e ü€😀`;

export type RegistryValue = string | number | readonly string[] | null;

/** Keys with their values; null for one that is deleted. Throws an Error for anything that the grammar does not have. */
export function readRegistryFile(bytes: Uint8Array): ReadonlyMap<string, ReadonlyMap<string, RegistryValue>> {
  if (bytes[0] !== 0xff || bytes[1] !== 0xfe) throw new Error("no byte order mark of UTF-16LE");
  if (bytes.length % 2 !== 0) throw new Error("half a character");
  const text = new TextDecoder("utf-16le", { fatal: true, ignoreBOM: true }).decode(bytes).slice(1);
  if (/(?<!\r)\n|\r(?!\n)/.test(text)) throw new Error("a line that does not end with CR and LF");
  if (!text.endsWith("\r\n")) throw new Error("no line end at the end");
  const [header, blank, ...lines] = text.replaceAll("\\\r\n  ", "").split("\r\n");
  if (header !== "Windows Registry Editor Version 5.00") throw new Error(`the header is ${header}`);
  if (blank !== "") throw new Error("no blank line after the header");
  const keys = new Map<string, Map<string, RegistryValue>>();
  let present: Map<string, RegistryValue> | undefined;
  for (const line of lines) {
    if (line === "") continue;
    const key = /^\[(HKEY_(?:CURRENT_USER|LOCAL_MACHINE)(?:\\[^\\\]]+)+)\]$/.exec(line)?.[1];
    if (key !== undefined) {
      if (keys.has(key)) throw new Error(`${key} stands there twice`);
      present = new Map();
      keys.set(key, present);
      continue;
    }
    const match = /^(@|"(?:[^"\\]|\\["\\])+")=(.*)$/.exec(line);
    if (match === null || present === undefined) throw new Error(`not understood: ${line}`);
    const name = match[1] === "@" ? "" : unquoted(match[1] ?? "");
    if (present.has(name)) throw new Error(`${name} stands there twice`);
    present.set(name, registryValue(match[2] ?? ""));
  }
  return keys;
}

function registryValue(text: string): RegistryValue {
  if (text === "-") return null;
  if (/^"(?:[^"\\]|\\["\\])*"$/.test(text)) return unquoted(text);
  const number = /^dword:([0-9a-fA-F]{8})$/.exec(text)?.[1];
  if (number !== undefined) return Number.parseInt(number, 16);
  const list = /^hex\(7\):((?:[0-9a-fA-F]{2},)*[0-9a-fA-F]{2})$/.exec(text)?.[1];
  if (list === undefined) throw new Error(`no value: ${text}`);
  const bytes = Uint8Array.from(list.split(",").map((byte) => Number.parseInt(byte, 16)));
  return new TextDecoder("utf-16le").decode(bytes).replace(/\0\0$/, "").split("\0");
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(["\\])/g, "$1");
}
