// Whether a path of this machine lies in the project's folder, links followed.
import { readlink, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";

/** True for the folder itself and all in it, also for what is not there yet. A path through a link counts by where it leads. */
export async function isInside(folder: string, path: string): Promise<boolean> {
  if (path.includes("\0")) return false;
  const [root, target] = await Promise.all([realOf(resolve(folder)), realOf(resolve(folder, path))]);
  const way = relative(root, target);
  return way === "" || (!isAbsolute(way) && way !== ".." && !/^\.\.[/\\]/.test(way));
}

/** The real path of the nearest that is there, with the rest behind it; where a link leads that leads to nothing yet. */
async function realOf(path: string, depth = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const link = depth < mostLinks ? await readlink(path).catch(() => undefined) : undefined;
    if (link !== undefined) return await realOf(resolve(dirname(path), link), depth + 1);
    const above = dirname(path);
    return above === path ? path : join(await realOf(above, depth), basename(path));
  }
}

/** As many as Linux follows. */
const mostLinks = 40;
