// Short forms of workspace paths: `~/x` in the caller's home folder, `shared/x` in the shared one.
import { MortarError } from "../platform/errors.ts";

/**
 * The absolute path. `userName` is asked only for `~`. A slash at the end goes; nothing else changes.
 * Throws `invalid_input` for a path that is none of `/...`, `~/...`, `shared/...`.
 */
export async function resolvePath(path: string, userName: () => Promise<string>): Promise<string> {
  const trimmed = withoutEndSlash(path);
  if (trimmed.includes("\0")) throw new MortarError("invalid_input", "A workspace path cannot hold a null character");
  if (trimmed.startsWith("/")) return trimmed;
  if (trimmed === "~" || trimmed.startsWith("~/")) return `/Workspace/Users/${await userName()}${trimmed.slice(1)}`;
  if (trimmed === "shared" || trimmed.startsWith("shared/"))
    return `/Workspace/Shared${trimmed.slice("shared".length)}`;
  throw new MortarError("invalid_input", `A workspace path must start with "/": ${JSON.stringify(path)}`, {
    hint: 'Give the full path ("/Workspace/Users/me@example.com/notebook"), "~/notebook" for your home folder, or "shared/notebook".',
  });
}

function withoutEndSlash(path: string): string {
  const end = path.replace(/\/+$/, "");
  return end === "" && path.startsWith("/") ? "/" : end;
}
