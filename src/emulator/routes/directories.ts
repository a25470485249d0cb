// The folders of the Files API 2.0: made, listed in pages, looked for, deleted when they are empty.
import { mkdir, readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf } from "../../platform/files.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import type { FilePlace } from "../kernel/file-paths.ts";
import { pageOf, pageSizeOf } from "../paging.ts";
import type { World } from "../world.ts";
import { aFileIsThere, entryAt, fileFault, invalidPath, missingDirectory, notEmpty, placeIn } from "./volume-places.ts";

const base = "/api/2.0/fs/directories/{path...}";

const make: Handler = async (call, world) => {
  const place = await placeIn(call, world);
  const found = await entryAt(place);
  if (found?.isDirectory === false) throw aFileIsThere("A file already exists at this path.");
  await mkdir(place.disk, { recursive: true }).catch((thrown: unknown) => {
    throw fileFault(thrown, place);
  });
  return new Response(null, { status: 204 });
};

const list: Handler = async (call, world) => {
  const place = await directoryIn(call, world);
  const size = pageSizeOf(call.query, { name: "page_size", fallback: 1_000, max: 1_000 });
  const names = (await readdir(place.disk).catch(() => [])).toSorted();
  const page = pageOf(names, { size, token: call.query.get("page_token") });
  const shown = place.shown.replace(/^dbfs:/, "");
  const contents = await Promise.all(page.items.map((name) => view(place, shown, name)));
  return {
    contents: contents.filter((one) => one !== undefined),
    ...(page.next === undefined ? {} : { next_page_token: page.next }),
  };
};

async function view({ disk }: FilePlace, shown: string, name: string): Promise<object | undefined> {
  const found = await entryAt({ disk: join(disk, name), fixed: false });
  if (found === undefined) return undefined;
  const common = { path: `${shown}/${name}`, is_directory: found.isDirectory, name, last_modified: found.modifiedAtMs };
  return found.isDirectory ? common : { ...common, file_size: found.sizeBytes };
}

const head: Handler = async (call, world) => {
  await directoryIn(call, world);
  return new Response(null, { status: 200, headers: { "content-length": "0" } });
};

const remove: Handler = async (call, world) => {
  const place = await directoryIn(call, world);
  if (place.fixed) throw invalidPath(place.shown, "the root of a volume cannot be deleted");
  try {
    await rmdir(place.disk);
  } catch (thrown) {
    throw ["ENOTEMPTY", "EEXIST"].includes(errnoOf(thrown) ?? "") ? notEmpty() : fileFault(thrown, place);
  }
  return new Response(null, { status: 204 });
};

async function directoryIn(call: Call, world: World): Promise<FilePlace> {
  const place = await placeIn(call, world);
  const found = await entryAt(place);
  if (found === undefined) throw missingDirectory();
  if (!found.isDirectory) throw new ApiFault(404, "NOT_FOUND", "The path names a file, and no directory.");
  return place;
}

export const directoriesRoutes: readonly Route[] = [
  { method: "PUT", pattern: base, handler: make },
  { method: "GET", pattern: base, handler: list },
  { method: "HEAD", pattern: base, handler: head },
  { method: "DELETE", pattern: base, handler: remove },
];
