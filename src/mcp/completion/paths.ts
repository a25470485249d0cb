// Completion of workspace paths, folder by folder.
import { resolvePath } from "../../workspace/path.ts";
import { matching, type Source } from "./source.ts";

const roots = ["~/", "/Workspace/Users/", "/Workspace/Shared/", "/Workspace/Repos/"];

/** Paths as people write them: folders end with a slash, notebooks do not. */
export const notebookPaths: Source = async (typed, { kept }) => {
  const end = typed.lastIndexOf("/") + 1;
  if (end === 0 || (!typed.startsWith("/") && !typed.startsWith("~/"))) return matching(typed, roots);
  const [folder, begun] = [typed.slice(0, end), typed.slice(end)];
  const inside = await kept(`folder ${folder}`, async (workspace, signal) => {
    const path = await resolvePath(folder, () => workspace.identity.userName({ signal }));
    const objects = await workspace.objects.list(path, { signal });
    return objects
      .filter(({ objectType }) => ["NOTEBOOK", "DIRECTORY", "REPO"].includes(objectType))
      .map(
        ({ path: full, objectType }) => full.slice(full.lastIndexOf("/") + 1) + (objectType === "NOTEBOOK" ? "" : "/"),
      );
  });
  return matching(begun, inside).map((name) => folder + name);
};

/** The same as an address has it. */
export const notebookParts: Source = async (typed, scope) => {
  const isShort = typed === "" || typed.startsWith("~");
  const paths = await notebookPaths(isShort ? typed : `/${typed}`, scope);
  return paths.map((path) => path.replace(/^\//, ""));
};
