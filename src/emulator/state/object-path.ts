// Paths of the workspace: `/Users/me/x` and `/Workspace/Users/me/x` are the same object.
import { ApiFault } from "../http/route.ts";

/**
 * The path as the workspace keeps it: without the `/Workspace` prefix, doubled and closing slashes. The root is `/`.
 * Throws ApiFault 400 for a path that is not absolute or that climbs.
 */
export function normalisePath(path: string): string {
  if (!path.startsWith("/")) {
    throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `Path (${path}) doesn't start with '/'`);
  }
  const segments = path.split("/").filter((segment) => segment !== "");
  if (segments.includes("..") || segments.includes(".") || path.includes("\0")) {
    throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `Path (${path}) is not a valid workspace path`);
  }
  // All of them: the path that comes out means the same when it comes in again.
  while (segments[0] === "Workspace") segments.shift();
  return `/${segments.join("/")}`;
}

/** The folder that holds the path; the root's is the empty text. Takes a normalised path. */
export function parentOf(path: string): string {
  if (path === "/") return "";
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
