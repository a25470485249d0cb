// What a file is, by its name and its first bytes.
import { extname } from "node:path";

// Types that the runtime's table lacks or has otherwise.
const types: Readonly<Record<string, string>> = {
  ".py": "text/x-python",
  ".sql": "text/x-sql",
  ".scala": "text/x-scala",
  ".r": "text/x-r",
  ".ipynb": "application/x-ipynb+json",
  ".yml": "text/yaml",
  ".yaml": "text/yaml",
  ".toml": "text/toml",
  ".jsonl": "application/jsonl",
  ".ndjson": "application/jsonl",
  ".ts": "text/x-typescript",
  ".tsx": "text/x-typescript",
  ".parquet": "application/vnd.apache.parquet",
  ".avro": "application/avro",
};

/** The media type, without parameters: `text/plain` for a text of no known kind, `application/octet-stream` for the rest. */
export function mediaType(name: string, isText: boolean): string {
  const own = types[extname(name).toLowerCase()];
  const known = own ?? Bun.file(name).type.split(";")[0] ?? "";
  if (known !== "" && known !== "application/octet-stream") return known;
  return isText ? "text/plain" : "application/octet-stream";
}

/** The text of these bytes; undefined for what is none: a zero byte, or no UTF-8. */
export function textOf(content: Uint8Array): string | undefined {
  if (content.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}
