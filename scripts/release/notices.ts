// THIRD_PARTY_NOTICES: whose work is inside the binary, under which licence, with the texts.
import type { Shipped } from "./packages.ts";

/** The file's text. Packages that share a licence's text share one section. */
export function notices(packages: readonly Shipped[], bunVersion: string): string {
  const groups = new Map<string, Shipped[]>();
  for (const one of packages) {
    const text = one.texts.join("\n\n");
    groups.set(text, [...(groups.get(text) ?? []), one]);
  }
  const sections = [...groups].map(([text, members]) => {
    const names = members.map(({ name, version, licence }) => `${name} ${version} (${licence})`);
    return `${rule}\n${names.join("\n")}\n${rule}\n\n${text.replaceAll("\r\n", "\n")}\n`;
  });
  return `${head(bunVersion)}\n${sections.join("\n")}`;
}

const rule = "-".repeat(80);

function head(bunVersion: string): string {
  const tag = `https://github.com/oven-sh/bun/blob/bun-v${bunVersion}/LICENSE.md`;
  return `Mortar is under the MIT licence, which is in the file LICENSE. Its binary carries the work of others.

${rule}
Bun ${bunVersion} (MIT; contains parts under LGPL-2.0 and other licences)
${rule}

The binary is the Bun runtime with Mortar's program inside. Bun is Copyright (c) Oven and its contributors, under the
MIT licence, and links among others JavaScriptCore and WebKit's WebCore (LGPL-2.0) and TinyCC (LGPL-2.1). All parts
and their licences are listed at
${tag}
The source of the patched WebKit is at https://github.com/oven-sh/WebKit, and that of Bun at
https://github.com/oven-sh/bun. To use Mortar with a changed library, build Bun from these, put it in the place of
the runtime that scripts/bun fetches, and run scripts/build: Mortar's whole source and build scripts are public.

${rule}
DuckDB
${rule}

The binary carries the DuckDB library for its machine, from the package @duckdb/node-bindings-*, Copyright Stichting
DuckDB Foundation, under the MIT licence whose text stands below with @duckdb/node-bindings.
`;
}
