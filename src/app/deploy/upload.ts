// Bringing the folder into the workspace: only what is not there yet, the parts first, what names them last.
import { MortarError } from "../../platform/errors.ts";
import type { DeployContext } from "./context.ts";
import { folderFileNames, type TextFile } from "./folder.ts";
import { partListName } from "./start-script.ts";
import { partFolder, type Part, type PartWithContent } from "./parts.ts";

/** What is in the app's folder in the workspace. */
export interface RemoteFolder {
  /** Sizes in bytes, where they are told, of the files right in it and in its folder of parts, by the path below it. */
  readonly files: ReadonlyMap<string, number | undefined>;
  /** Whether it is one that `mortar app deploy` made, or an empty one. */
  readonly isOurs: boolean;
}

/** Throws what the workspace refuses. A folder that is not there is an empty one. */
export async function remoteFolder(context: DeployContext, path: string): Promise<RemoteFolder> {
  const [top, parts] = await Promise.all([listed(context, path), listed(context, `${path}/${partFolder}`)]);
  const files = new Map<string, number | undefined>();
  let others = 0;
  for (const { path: full, objectType, sizeBytes } of [...(top ?? []), ...(parts ?? [])]) {
    const below = belowOf(full, path);
    if (below === undefined || (below === partFolder && objectType === "DIRECTORY")) continue;
    if (objectType === "FILE") files.set(below, sizeBytes);
    if (objectType !== "FILE" || (!folderFileNames.includes(below) && !isPart(below))) others += 1;
  }
  const isOurs = files.has(partListName) || (others === 0 && !files.has("app.yaml"));
  return { files, isOurs };
}

async function listed({ workspace, signal }: DeployContext, path: string) {
  try {
    return await workspace.objects.list(path, { signal });
  } catch (thrown) {
    if (thrown instanceof MortarError && thrown.code === "not_found") return undefined;
    throw thrown;
  }
}

/** The workspace tells paths with `/Workspace` before them, and without. */
function belowOf(full: string, folder: string): string | undefined {
  const [bare, root] = [withoutRoot(full), `${withoutRoot(folder)}/`];
  return bare.startsWith(root) ? bare.slice(root.length) : undefined;
}

export const withoutRoot = (path: string): string => path.replace(/^\/Workspace(?=\/)/, "");

const isPart = (name: string): boolean => new RegExp(`^${partFolder}/[0-9a-f]{32}\\.gz$`).test(name);

export interface Uploaded {
  readonly uploaded: readonly string[];
  readonly bytesSent: number;
  readonly alreadyThere: number;
}

/** Imports allowed at once: their limit is 30 a second in the whole workspace. */
const mostAtOnce = 3;

export interface PartUploader {
  /** Resolves when there is room for the next one. Throws what an upload before it threw. */
  add(part: PartWithContent): Promise<void>;
  /** Waits for the last ones. */
  finish(): Promise<Uploaded>;
}

export interface UploadOptions {
  readonly path: string;
  readonly remote: RemoteFolder;
  /** Also what seems to be there. */
  readonly all: boolean;
}

export function partUploader(context: DeployContext, { path, remote, all }: UploadOptions): PartUploader {
  const { workspace, signal } = context;
  const under = new Set<Promise<void>>();
  const seen = new Set<string>();
  const uploaded: string[] = [];
  let [bytesSent, alreadyThere] = [0, 0];
  let failure: { readonly thrown: unknown } | undefined;
  const send = async ({ file, content }: PartWithContent): Promise<void> => {
    await workspace.objects.import(`${path}/${file}`, { content, format: "AUTO", overwrite: true, signal });
    uploaded.push(file);
    bytesSent += content.byteLength;
  };
  const check = (): void => {
    if (failure !== undefined) throw failure.thrown;
  };
  return {
    add: async (part) => {
      if (seen.has(part.file)) return;
      seen.add(part.file);
      if (!all && isThere(remote, part)) {
        alreadyThere += 1;
        return;
      }
      while (under.size >= mostAtOnce) await Promise.race(under);
      check();
      const one: Promise<void> = send(part)
        .catch((thrown: unknown) => void (failure ??= { thrown }))
        .finally(() => under.delete(one));
      under.add(one);
    },
    finish: async () => {
      await Promise.all(under);
      check();
      return { uploaded, bytesSent, alreadyThere };
    },
  };
}

/** A name is the hash of the content, and a file is imported as a whole or not at all. */
export function isThere({ files }: RemoteFolder, { file, sizeBytes }: Part): boolean {
  return files.has(file) && (files.get(file) ?? sizeBytes) === sizeBytes;
}

/** Uploads the small files, in order, but for those that are there as they are. */
export async function uploadTexts(
  context: DeployContext,
  texts: readonly TextFile[],
  { path, remote, all }: UploadOptions,
): Promise<Uploaded> {
  const uploaded: string[] = [];
  let bytesSent = 0;
  for (const { file, text } of texts) {
    const content = new TextEncoder().encode(text);
    const size = remote.files.get(file) ?? content.byteLength;
    const maySame = !all && remote.files.has(file) && size === content.byteLength;
    if (maySame && (await hasText(context, `${path}/${file}`, text))) continue;
    await context.workspace.objects.import(`${path}/${file}`, {
      content,
      format: "AUTO",
      overwrite: true,
      signal: context.signal,
    });
    uploaded.push(file);
    bytesSent += content.byteLength;
  }
  return { uploaded, bytesSent, alreadyThere: texts.length - uploaded.length };
}

async function hasText({ workspace, signal }: DeployContext, path: string, text: string): Promise<boolean> {
  try {
    const { content } = await workspace.objects.export(path, { format: "AUTO", signal });
    return new TextDecoder().decode(content) === text;
  } catch (thrown) {
    if (thrown instanceof MortarError) return false;
    throw thrown;
  }
}

/** Takes away parts of programs before this one. What cannot be taken away is left: it does no harm. */
export async function pruneParts(
  context: DeployContext,
  { path, remote }: Pick<UploadOptions, "path" | "remote">,
  parts: readonly Part[],
): Promise<number> {
  const kept = new Set(parts.map(({ file }) => file));
  let removed = 0;
  for (const name of remote.files.keys()) {
    if (!isPart(name) || kept.has(name)) continue;
    try {
      await context.workspace.objects.delete(`${path}/${name}`, { signal: context.signal });
      removed += 1;
    } catch (thrown) {
      if (!(thrown instanceof MortarError)) throw thrown;
      context.deps.log.debug(`${name} stays: ${thrown.message}`);
    }
  }
  return removed;
}
