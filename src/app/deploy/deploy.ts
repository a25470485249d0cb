// One deployment of the app, from nothing or from whatever an earlier one left: every step looks first at what is there, so
// that running it again is all that has to be done after one that was broken off.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { appLog } from "../../tools/apps/app-log.ts";
import { appOf, deploymentOf, deployOne, type Deployment } from "../../tools/apps/apps-api.ts";
import { defaultLimits } from "../../tools/limits.ts";
import { pollUntil } from "../../workspace/poll.ts";
import type { DeployContext } from "./context.ts";
import { applyChange, untilActive, type AppChange } from "./ensure-app.ts";
import { folderFiles, type TextFile } from "./folder.ts";
import { splitProgram, type PartList } from "./parts.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { startScriptMark } from "./start-script.ts";
import { isThere, partUploader, pruneParts, uploadTexts } from "./upload.ts";
import type { DeployWish } from "./wish.ts";

export interface DeployOutcome {
  readonly name: string;
  readonly action: AppChange["action"];
  readonly url: string | undefined;
  readonly sourcePath: string;
  readonly program: string;
  readonly parts: PartList;
  /** Files that went up, or would. */
  readonly uploaded: readonly string[];
  readonly bytesSent: number;
  readonly alreadyThere: number;
  /** Parts of earlier programs that were taken away. */
  readonly removed: number;
  readonly scopes: readonly string[];
  readonly refusedScopes: readonly string[];
  readonly resources: readonly JsonObject[];
  /** Whether the database is made by this. */
  readonly makesDatabase: boolean;
  readonly texts: readonly TextFile[];
  readonly deployment: Deployment | undefined;
  /** The end of the app's log, where the deployment failed. */
  readonly log: readonly string[];
  /** What has broken the folder, where that is why. */
  readonly isFolderBroken: boolean;
}

/** Throws `already_exists` for an app or a folder of something else, and what the steps throw. A failed one is an outcome. */
export async function deployApp(base: Omit<DeployContext, "limits">, wish: DeployWish): Promise<DeployOutcome> {
  const seconds = Math.ceil(wish.timeoutMs / 1_000);
  const context = { ...base, limits: { ...defaultLimits, waitSeconds: seconds, maxWaitSeconds: seconds } };
  const prepared = await prepare(context, wish);
  if (wish.dryRun) return await rehearse(context, wish, prepared);
  const { app, refused } = await applyChange(context, prepared.app, prepared.change);
  const files = await upload(context, wish, prepared);
  await untilActive(context, wish.name, wish.timeoutMs);
  const deployment = await deployed(context, wish, prepared.path);
  const removed = deployment.state === "SUCCEEDED" ? await pruneParts(context, prepared, files.parts.parts) : 0;
  const { url = app.url } = await appOf(context, wish.name);
  const log = deployment.state === "FAILED" && url !== undefined ? await tailOf(context, url) : [];
  return {
    ...outcomeOf(wish, prepared, files),
    url,
    removed,
    refusedScopes: refused,
    scopes: prepared.change.scopes.filter((scope) => !refused.includes(scope)),
    deployment,
    log,
    isFolderBroken: log.some((line) => line.includes(startScriptMark) && line.includes("--upload-all")),
  };
}

interface Files {
  readonly parts: PartList;
  readonly texts: readonly TextFile[];
  readonly uploaded: readonly string[];
  readonly bytesSent: number;
  readonly alreadyThere: number;
}

async function upload(context: DeployContext, wish: DeployWish, prepared: Prepared): Promise<Files> {
  const { workspace, signal } = context;
  const { path, remote } = prepared;
  const options = { path, remote, all: wish.uploadAll };
  await workspace.objects.mkdirs(`${path}/parts`, { signal });
  const uploader = partUploader(context, options);
  const parts = await split(context, wish, (part) => uploader.add(part));
  const done = await uploader.finish();
  const texts = await textsOf(wish, parts, prepared);
  const more = await uploadTexts(context, texts, options);
  return {
    parts,
    texts,
    uploaded: [...done.uploaded, ...more.uploaded],
    bytesSent: done.bytesSent + more.bytesSent,
    alreadyThere: done.alreadyThere + more.alreadyThere,
  };
}

type OnPart = Parameters<typeof splitProgram>[1]["onPart"];

async function split(context: DeployContext, wish: DeployWish, onPart: OnPart): Promise<PartList> {
  const { signal } = context;
  const { content } = wish.program;
  const verb = wish.dryRun ? "Packing" : "Uploading";
  return await splitProgram(content, {
    signal,
    onPart: async (part, doneBytes) => {
      context.progress(`${verb} the program, ${Math.floor((doneBytes / content.size) * 100)} %`);
      if (wish.stagingFolder !== undefined) await keep(wish.stagingFolder, part.file, part.content);
      await onPart(part, doneBytes);
    },
  });
}

async function textsOf(
  wish: DeployWish,
  parts: PartList,
  { env, agents, serveWords }: Prepared,
): Promise<readonly TextFile[]> {
  const texts = folderFiles(parts, { agents, env, serveWords });
  if (wish.stagingFolder !== undefined) {
    for (const { file, text } of texts) await keep(wish.stagingFolder, file, text);
  }
  return texts;
}

async function keep(folder: string, file: string, content: Uint8Array | string): Promise<void> {
  try {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  } catch (cause) {
    throw new MortarError("io", `Cannot write ${join(folder, file)}: ${String(cause)}`, { cause });
  }
}

async function rehearse(context: DeployContext, wish: DeployWish, prepared: Prepared): Promise<DeployOutcome> {
  const { remote } = prepared;
  const missing = new Map<string, number>();
  const parts = await split(context, wish, (part) => {
    if (wish.uploadAll || !isThere(remote, part)) missing.set(part.file, part.sizeBytes);
  });
  const texts = await textsOf(wish, parts, prepared);
  const sizes = [...missing.values(), ...texts.map(({ text }) => Buffer.byteLength(text))];
  const files = {
    parts,
    texts,
    uploaded: [...missing.keys(), ...texts.map(({ file }) => file)],
    bytesSent: sizes.reduce((sum, size) => sum + size, 0),
    alreadyThere: new Set(parts.parts.map(({ file }) => file)).size - missing.size,
  };
  return outcomeOf(wish, prepared, files);
}

function outcomeOf(wish: DeployWish, prepared: Prepared, files: Files): DeployOutcome {
  const { change, existing, path, makesDatabase } = prepared;
  return {
    name: wish.name,
    action: change.action,
    url: existing?.url,
    sourcePath: path,
    program: wish.program.from,
    ...files,
    removed: 0,
    scopes: change.scopes,
    refusedScopes: [],
    resources: change.resources,
    makesDatabase,
    deployment: undefined,
    log: [],
    isFolderBroken: false,
  };
}

/** Waits for one that is on its way first: an app takes one deployment at a time. */
async function deployed(context: DeployContext, { name, timeoutMs }: DeployWish, path: string): Promise<Deployment> {
  for (let attempt = 1; ; attempt++) {
    const { pending } = await appOf(context, name);
    if (pending?.state === "IN_PROGRESS") {
      context.progress("Waiting for the deployment that is on its way");
      await untilDeployed(context, { name, id: pending.id, timeoutMs });
    }
    context.progress("Deploying");
    try {
      const { id } = await deployOne(context, name, { source_code_path: path, mode: "SNAPSHOT" });
      return await untilDeployed(context, { name, id, timeoutMs });
    } catch (thrown) {
      // Somebody else was first.
      if (!(thrown instanceof MortarError) || thrown.code !== "conflict" || attempt >= mostAttempts) throw thrown;
    }
  }
}

const mostAttempts = 5;

interface Deploying {
  readonly name: string;
  readonly id: string;
  readonly timeoutMs: number;
}

async function untilDeployed(context: DeployContext, { name, id, timeoutMs }: Deploying): Promise<Deployment> {
  const { last } = await pollUntil(context.deps.clock, () => deploymentOf(context, name, id), {
    signal: context.signal,
    timeoutMs,
    firstDelayMs: 500,
    done: ({ state }) => state !== "IN_PROGRESS",
    onProgress: ({ message }) => context.progress(message ?? "Deploying"),
  });
  return last;
}

const tailLines = 60;

async function tailOf(context: DeployContext, url: string): Promise<readonly string[]> {
  try {
    const wish = { url, search: "", source: undefined, lines: tailLines, timeoutMs: 10_000 };
    return (await appLog(context, wish)).lines.map(({ message }) => message);
  } catch (thrown) {
    if (thrown instanceof MortarError) return [];
    throw thrown;
  }
}
