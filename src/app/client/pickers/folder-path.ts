// Paths of the workspace, in parts that can be gone to.

export interface Crumb {
  readonly name: string;
  readonly path: string;
}

/** From the root down; the root itself is `/`. */
export function crumbsOf(path: string): readonly Crumb[] {
  const parts = path.split("/").filter((part) => part !== "");
  return [
    { name: "Root", path: "/" },
    ...parts.map((name, at) => ({ name, path: `/${parts.slice(0, at + 1).join("/")}` })),
  ];
}

/** The folder that holds this one; undefined for the root. */
export function parentOf(path: string): string | undefined {
  return crumbsOf(path).at(-2)?.path;
}

/** What is typed as an absolute path without a slash at its end; undefined where it is none. */
export function absolutePath(text: string): string | undefined {
  const path = text.trim().replace(/\/+$/, "");
  if (!path.startsWith("/") || path.length > 1000 || /\p{Cc}/u.test(path)) return undefined;
  return path.split("/").some((part) => part === "." || part === "..") ? undefined : path;
}
