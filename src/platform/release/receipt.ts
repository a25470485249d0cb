// The note that the install scripts leave beside what they installed, and that an update and an uninstall go by.
// Plain lines, so that a shell script reads and writes them:
//   mortar-install 1
//   program bin/mortar
//   link bin/databricks-claude-credential-helper
//   file share/man/man1/mortar.1 man/mortar.1        (where it is, and where it came from in the archive)
import { dirname, join } from "node:path";

export interface Receipt {
  /** The folder that all paths are below: the parent of the program's `bin`. */
  readonly prefix: string;
  readonly links: readonly string[];
  readonly files: readonly { readonly path: string; readonly source: string }[];
}

/** Where the receipt of the program at `programPath` would be: `PREFIX/share/mortar/receipt`. */
export function receiptPath(programPath: string): string {
  return join(dirname(dirname(programPath)), "share", "mortar", "receipt");
}

/** Reads a receipt. Undefined when it is none, or of another form: then the program counts as put there by hand. */
export function parseReceipt(text: string, programPath: string): Receipt | undefined {
  const [head, ...lines] = text.split(/\r?\n/);
  if (head !== "mortar-install 1") return undefined;
  const links: string[] = [];
  const files: { path: string; source: string }[] = [];
  for (const line of lines) {
    const [kind, path = "", source = ""] = line.split(" ");
    // Nothing outside the prefix is ours, whatever the note says.
    if ([path, source].some((one) => !/^[\w./-]*$/.test(one) || one.startsWith("/") || one.includes(".."))) continue;
    if (kind === "link" && path !== "") links.push(path);
    if (kind === "file" && path !== "" && source !== "") files.push({ path, source });
  }
  return { prefix: dirname(dirname(programPath)), links, files };
}
