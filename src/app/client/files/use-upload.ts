// Files that are brought in, one after the other; those that would replace others wait for a yes.
import { useState } from "react";
import { call } from "../api.ts";
import { sizeText } from "../format.ts";
import { shapeOf } from "../http.ts";
import { notify, notifyError } from "../ui/toast.tsx";
import { type GivenFile, mostFiles } from "./dropped.ts";
import { joined, pathProblem } from "./file-tree.ts";

export interface Upload {
  /** While it goes on. */
  readonly progress: { readonly done: number; readonly of: number } | undefined;
  /** Paths that are there already, to be asked about. */
  readonly replacing: readonly string[] | undefined;
  readonly add: (files: readonly GivenFile[], folder: string) => void;
  readonly confirm: () => void;
  readonly cancel: () => void;
}

interface Item {
  readonly path: string;
  readonly file: File;
}

/** What the server takes of one file; told before it is sent in vain. */
const mostBytes = 64 * 1024 * 1024;

function itemProblem({ path, file }: Item): string | undefined {
  if (file.size > mostBytes)
    return `It has ${sizeText(file.size)}; a file may have ${sizeText(mostBytes)}. Put it into a volume instead.`;
  return pathProblem(path);
}

/** `taken`: the paths that are there. `onDone` is called when all are in, or one could not be. */
export function useUpload(
  projectId: string,
  taken: ReadonlySet<string>,
  onDone: (lastPath: string | undefined) => void,
): Upload {
  const [progress, setProgress] = useState<Upload["progress"]>();
  const [waiting, setWaiting] = useState<readonly Item[]>();

  const send = async (items: readonly Item[]): Promise<void> => {
    let [done, last] = [0, undefined as string | undefined];
    for (const { path, file } of items) {
      setProgress({ done, of: items.length });
      try {
        await call("PUT /api/projects/{project_id}/files/raw", {
          path: { project_id: projectId },
          query: { path },
          body: file,
        });
      } catch (error) {
        const { message, hint } = shapeOf(error);
        notifyError(
          new Error(
            `${path}: ${message}${hint === undefined ? "" : ` ${hint}`}${done > 0 ? ` ${done} of ${items.length} are in.` : ""}`,
          ),
        );
        break;
      }
      done += 1;
      last = path;
    }
    setProgress(undefined);
    if (done === items.length) notify(done === 1 ? `${last} is uploaded.` : `${done} files are uploaded.`);
    onDone(last);
  };

  const add = (files: readonly GivenFile[], folder: string): void => {
    if (files.length === 0 || progress !== undefined) return;
    if (files.length > mostFiles) {
      notifyError(new Error(`At most ${mostFiles} files can be uploaded at once. Choose fewer, or pack them.`));
      return;
    }
    const items = files.map(({ path, file }) => ({ path: joined(folder, path), file }));
    const wrong = items.find((item) => itemProblem(item) !== undefined);
    if (wrong !== undefined) notifyError(new Error(`${wrong.path}: ${itemProblem(wrong) ?? ""}`));
    else if (items.some(({ path }) => taken.has(path))) setWaiting(items);
    else void send(items);
  };

  return {
    progress,
    replacing: waiting?.map(({ path }) => path).filter((path) => taken.has(path)),
    add,
    confirm: () => {
      const items = waiting ?? [];
      setWaiting(undefined);
      void send(items);
    },
    cancel: () => setWaiting(undefined),
  };
}
