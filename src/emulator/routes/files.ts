// Files API 2.0 over the volumes that SQL has made: the same files that Python and dbutils see.
import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { optionalFlag } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import type { FilePlace } from "../kernel/file-paths.ts";
import type { World } from "../world.ts";
import { byteRange } from "./byte-range.ts";
import { aFileIsThere, entryAt, fileFault, invalidPath, missingFile, placeIn } from "./volume-places.ts";

const base = "/api/2.0/fs/files/{path...}";

const read: Handler = async (call, world) => {
  const { disk, sizeBytes, headers } = await fileIn(call, world);
  const file = Bun.file(disk);
  const range = byteRange(call.headers.get("range"), sizeBytes);
  if (range === "unsatisfiable") {
    throw new ApiFault(416, "INVALID_PARAMETER_VALUE", `The range lies outside of the file's ${sizeBytes} bytes.`);
  }
  if (range === undefined) return new Response(sizeBytes === 0 ? "" : file.stream(), { headers });
  return new Response(file.slice(range.start, range.end).stream(), {
    status: 206,
    headers: {
      ...headers,
      "content-length": String(range.end - range.start),
      "content-range": `bytes ${range.start}-${range.end - 1}/${sizeBytes}`,
    },
  });
};

const head: Handler = async (call, world) => new Response(null, { headers: (await fileIn(call, world)).headers });

/** The file is there as a whole or not at all, whenever the client goes away. */
const write: Handler = async (call, world) => {
  const place = await placeIn(call, world);
  if (place.fixed || call.path.endsWith("/")) throw invalidPath(place.shown, "it names no file");
  const overwrite = optionalFlag(call.query.get("overwrite"), "overwrite");
  await requireFree(place, overwrite);
  const folder = join(world.folder, "files", "uploads");
  const part = join(folder, randomUUID());
  try {
    await mkdir(folder, { recursive: true });
    await receive(call, part);
    await mkdir(dirname(place.disk), { recursive: true });
    await requireFree(place, overwrite);
    await rename(part, place.disk);
  } catch (thrown) {
    await rm(part, { force: true });
    throw fileFault(thrown, place);
  }
  return new Response(null, { status: 204 });
};

const remove: Handler = async (call, world) => {
  const place = await placeIn(call, world);
  const found = await entryAt(place);
  if (found === undefined || found.isDirectory) throw missingFile();
  await unlink(place.disk).catch((thrown: unknown) => {
    throw fileFault(thrown, place);
  });
  return new Response(null, { status: 204 });
};

async function fileIn(call: Call, world: World) {
  const place = await placeIn(call, world);
  const found = await entryAt(place);
  if (found === undefined || found.isDirectory || call.path.endsWith("/")) throw missingFile();
  const seconds = Math.floor(found.modifiedAtMs / 1_000);
  const since = Date.parse(call.headers.get("if-unmodified-since") ?? "");
  if (seconds > Math.floor(since / 1_000)) {
    throw new ApiFault(412, "PRECONDITION_FAILED", "The file was changed since then.");
  }
  return {
    disk: place.disk,
    sizeBytes: found.sizeBytes,
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(found.sizeBytes),
      "last-modified": new Date(seconds * 1_000).toUTCString(),
      "accept-ranges": "bytes",
    },
  };
}

async function requireFree(place: FilePlace, overwrite: boolean): Promise<void> {
  const found = await entryAt(place);
  if (found?.isDirectory === true)
    throw new ApiFault(409, "ALREADY_EXISTS", "A directory already exists at this path.");
  if (found !== undefined && !overwrite) throw aFileIsThere("The file being created already exists.");
}

async function receive(call: Call, part: string): Promise<void> {
  const handle = await open(part, "wx");
  try {
    for await (const chunk of call.request.body ?? []) await handle.appendFile(chunk);
  } finally {
    await handle.close();
  }
  const promised = call.headers.get("content-length");
  const isWhole = promised === null || (await stat(part)).size === Number(promised);
  if (!isWhole || call.signal.aborted) throw new ApiFault(400, "BAD_REQUEST", "The body of the request broke off.");
}

export const filesRoutes: readonly Route[] = [
  { method: "GET", pattern: base, handler: read },
  { method: "HEAD", pattern: base, handler: head },
  { method: "PUT", pattern: base, handler: write },
  { method: "DELETE", pattern: base, handler: remove },
];
