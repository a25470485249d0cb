// Addresses of resources: `databricks://KIND/part/part`, each part percent-encoded.

const scheme = "databricks://";

export interface Address {
  readonly kind: string;
  /** Decoded. */
  readonly parts: readonly string[];
}

/** `databricks://table/main/sales/orders`. */
export function addressOf(kind: string, parts: readonly string[]): string {
  return `${scheme}${kind}/${parts.map(encoded).join("/")}`;
}

/** The parts of an address; undefined for what is none. */
export function readAddress(uri: string): Address | undefined {
  if (!uri.startsWith(scheme)) return undefined;
  const [kind = "", ...rest] = uri.slice(scheme.length).split("/");
  const parts = rest.map(decoded);
  if (kind === "" || parts.some((part) => part === undefined || part === "")) return undefined;
  return { kind, parts: parts.filter((part) => part !== undefined) };
}

/** An address is read by people, too: user names keep their @. */
function encoded(part: string): string {
  return encodeURIComponent(part).replaceAll("%40", "@");
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** The address of the notebook at a path as people write it; nothing for what is no path. */
export function notebookAddress(path: string): readonly string[] {
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.length === 0) return [];
  if (path.startsWith("/") || path.startsWith("~/")) return [addressOf("notebook", parts)];
  return path.startsWith("shared/") ? [addressOf("notebook", ["Workspace", "Shared", ...parts.slice(1)])] : [];
}
