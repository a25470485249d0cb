// What a person calls a server of the workspace: `sql`, `genie:SPACE`, `app:NAME`, a path, an address. Paths are those of
// https://docs.databricks.com/generative-ai/mcp/managed-mcp.
import { MortarError } from "../../platform/errors.ts";

export interface ServerWord {
  /** As it was given: what errors and instructions call it. */
  readonly word: string;
  /** Before a tool's name, where two servers have one of that name. */
  readonly prefix: string;
  readonly place: ServerPlace;
}

export type ServerPlace =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "app"; readonly name: string }
  | { readonly kind: "address"; readonly url: URL };

interface Form {
  /** Parts between dots: at least and at most. */
  readonly parts: readonly [number, number];
  readonly example: string;
  readonly path: (parts: readonly string[]) => string;
}

const below =
  (base: string) =>
  (parts: readonly string[]): string =>
    [base, ...parts.map(encodeURIComponent)].join("/");

const forms: Readonly<Record<string, Form>> = {
  sql: { parts: [0, 0], example: "sql", path: below("/api/2.0/mcp/sql") },
  genie: { parts: [0, 1], example: "genie:SPACE_ID", path: below("/api/2.0/mcp/genie") },
  "ai-search": { parts: [2, 3], example: "ai-search:CATALOG.SCHEMA", path: below("/api/2.0/mcp/ai-search") },
  "vector-search": {
    parts: [2, 3],
    example: "vector-search:CATALOG.SCHEMA",
    path: below("/api/2.0/mcp/vector-search"),
  },
  functions: { parts: [2, 3], example: "functions:CATALOG.SCHEMA", path: below("/api/2.0/mcp/functions") },
  connection: { parts: [1, 1], example: "connection:NAME", path: below("/api/2.0/mcp/external") },
  service: {
    parts: [3, 3],
    example: "service:CATALOG.SCHEMA.NAME",
    path: (parts) => `/ai-gateway/mcp-services/${encodeURIComponent(parts.join("."))}`,
  },
};

/** The server that `word` means. Throws `usage` for what is none. */
export function parseServerWord(word: string): ServerWord {
  const prefix = prefixOf(word);
  if (/^https?:\/\//i.test(word)) return { word, prefix, place: { kind: "address", url: addressOf(word) } };
  if (word.startsWith("/")) return { word, prefix, place: { kind: "path", path: pathOf(word) } };
  const [kind = "", rest] = splitAtColon(word);
  if (kind === "app" && rest !== undefined) return { word, prefix, place: appPlace(word, rest) };
  if (kind === "skills") return { word, prefix, place: { kind: "path", path: skillsPath(word, rest) } };
  const form = forms[kind];
  if (form === undefined) throw unknownWord(word);
  const parts = rest === undefined ? [] : partsOf(word, kind === "connection" ? [rest] : namesIn(rest));
  const [least, most] = form.parts;
  if (parts.length < least || parts.length > most) throw badWord(word, form.example);
  return { word, prefix, place: { kind: "path", path: form.path(parts) } };
}

/** Names between dots, each as it is or in backticks. */
function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|\.)(?:`((?:[^`]|``)*)`|([^.`]*))(?=\.|$)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll("``", "`") ?? plain ?? "",
  );
}

/** An empty part, or one that a path takes for a step up, is nobody's name. */
function partsOf(word: string, parts: readonly string[]): readonly string[] {
  if (parts.every((part) => part !== "" && part !== "." && part !== ".." && !/[\p{Cc}]/u.test(part))) return parts;
  throw unknownWord(word);
}

function skillsPath(word: string, rest: string | undefined): string {
  const schemas = (rest ?? "").split(",").filter((one) => one !== "");
  for (const schema of schemas)
    if (partsOf(word, namesIn(schema)).length !== 2) throw badWord(word, "skills:CATALOG.SCHEMA");
  const query = schemas.map((schema) => `schema=${encodeURIComponent(schema)}`).join("&");
  return `/ai-gateway/skills/${query === "" ? "" : `?${query}`}`;
}

function appPlace(word: string, rest: string): ServerPlace {
  if (/^https?:\/\//i.test(rest)) return { kind: "address", url: addressOf(rest) };
  if (!/^[a-z0-9-]{1,63}$/.test(rest)) throw badWord(word, "app:NAME");
  return { kind: "app", name: rest };
}

function pathOf(word: string): string {
  const url = URL.parse(word, "https://workspace.invalid");
  // `//host/path` is an address of another host.
  if (url === null || url.host !== "workspace.invalid" || url.hash !== "") throw unknownWord(word);
  return `${url.pathname}${url.search}`;
}

function addressOf(word: string): URL {
  const url = URL.parse(word);
  if (url === null || url.username !== "" || url.password !== "" || url.hash !== "") throw unknownWord(word);
  return url;
}

/** Of letters, digits and `_`, and short: a tool's name has to fit behind it. */
function prefixOf(word: string): string {
  const last = word.replace(/^https?:\/\//i, "").replace(/[?#].*$/s, "");
  const plain = last.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return plain === "" ? "server" : plain.slice(0, 24).replace(/_+$/, "");
}

function splitAtColon(word: string): readonly [string, string | undefined] {
  const at = word.indexOf(":");
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function badWord(word: string, example: string): MortarError {
  return new MortarError("usage", `${JSON.stringify(word.slice(0, 120))} is no server`, {
    hint: `It is written ${example}; names with dots in backticks.`,
  });
}

function unknownWord(word: string): MortarError {
  const examples = [...Object.values(forms).map(({ example }) => example), "skills", "app:NAME"];
  return new MortarError("usage", `${JSON.stringify(word.slice(0, 120))} is no server`, {
    hint: `Servers are ${examples.join(", ")}, or a path or an address of the workspace. --list shows those that are there.`,
  });
}
