// DBFS API 2.0: the files that notebooks see below dbfs:/. https://docs.databricks.com/api/workspace/dbfs
import { appendFile, lstat, mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { optionalFlag, optionalInteger, optionalText, requiredId, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { rawId } from "../http/wire.ts";
import { FileFault } from "../kernel/file-fault.ts";
import { fileRoots, placeOf, type FilePlace } from "../kernel/file-paths.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";

const base = "/api/2.0/dbfs";
const megabyte = 1024 * 1024;

async function placeAt(world: World, path: string): Promise<FilePlace & { readonly path: string }> {
  const plain = path.replace(/^dbfs:(?=\/)/, "");
  if (!plain.startsWith("/")) throw fault("INVALID_PARAMETER_VALUE", `Path must be absolute: ${path}`);
  if (/^\/(?:Volumes|Workspace)(?:\/|$)/.test(plain)) {
    throw fault("INVALID_PARAMETER_VALUE", `DBFS does not serve ${plain}: volumes have the Files API.`);
  }
  const place = await placeOf(`dbfs:${plain}`, fileRoots(world)).catch((thrown: unknown) => {
    throw thrown instanceof FileFault ? fault("INVALID_PARAMETER_VALUE", thrown.message) : thrown;
  });
  return { ...place, path: place.shown.slice("dbfs:".length) };
}

const fault = (code: string, message: string, status = 400): ApiFault => new ApiFault(status, code, message);
const missing = (path: string): ApiFault =>
  fault("RESOURCE_DOES_NOT_EXIST", `No file or directory exists on path ${path}.`, 404);
const taken = (path: string): ApiFault =>
  fault("RESOURCE_ALREADY_EXISTS", `A file or directory already exists at the input path ${path}.`);

/** What is there, or undefined. The root is there also before anything is in it. */
async function entryOf({ disk, path, fixed }: FilePlace & { readonly path: string }) {
  const found = await lstat(disk).catch(() => undefined);
  if (found === undefined && fixed) return { path, is_dir: true, file_size: 0, modification_time: 0 };
  if (found === undefined || !(found.isFile() || found.isDirectory())) return undefined;
  const is_dir = found.isDirectory();
  return { path, is_dir, file_size: is_dir ? 0 : found.size, modification_time: Math.round(found.mtimeMs) };
}

const pathOf = (call: Call): string => requiredText(call.query.get("path"), "path");

const getStatus: Handler = async (call, world) => {
  const place = await placeAt(world, pathOf(call));
  return (await entryOf(place)) ?? fail(missing(place.path));
};

function fail(thrown: ApiFault): never {
  throw thrown;
}

const list: Handler = async (call, world) => {
  const place = await placeAt(world, pathOf(call));
  const found = (await entryOf(place)) ?? fail(missing(place.path));
  if (!found.is_dir) return { files: [found] };
  const names = await readdir(place.disk).catch(() => []);
  const files = await Promise.all(
    names.toSorted().map((name) => {
      const path = `${place.path === "/" ? "" : place.path}/${name}`;
      return entryOf({ ...place, disk: join(place.disk, name), path, fixed: false });
    }),
  );
  const shown = files.filter((one) => one !== undefined);
  return shown.length === 0 ? {} : { files: shown };
};

const read: Handler = async (call, world) => {
  const place = await placeAt(world, pathOf(call));
  const offset = optionalInteger(call.query.get("offset"), "offset", { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? 0;
  const length = optionalInteger(call.query.get("length"), "length", { min: 0, max: 2 ** 40 }) ?? megabyte / 2;
  if (length > megabyte) throw fault("MAX_READ_SIZE_EXCEEDED", "The length of a read must be at most 1 MB.");
  const found = (await entryOf(place)) ?? fail(missing(place.path));
  if (found.is_dir) throw fault("INVALID_PARAMETER_VALUE", `${place.path} is a directory.`);
  const file = await open(place.disk);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
    return { bytes_read: bytesRead, data: buffer.subarray(0, bytesRead).toString("base64") };
  } finally {
    await file.close();
  }
};

function bytesIn(value: unknown, name: string): Buffer {
  const bytes = Buffer.from(optionalText(value, name) ?? "", "base64");
  if (bytes.length <= megabyte) return bytes;
  throw fault("MAX_BLOCK_SIZE_EXCEEDED", "A block must be at most 1 MB.");
}

/** Where a new file goes. Throws RESOURCE_ALREADY_EXISTS. */
async function freePlace(world: World, path: string, overwrite: boolean) {
  const place = await placeAt(world, path);
  if (place.fixed) throw fault("INVALID_PARAMETER_VALUE", "The root is no file.");
  const found = await entryOf(place);
  if (found?.is_dir === true || (found !== undefined && !overwrite)) throw taken(place.path);
  await mkdir(dirname(place.disk), { recursive: true });
  return place;
}

const put: Handler = async (call, world) => {
  const body = await call.json();
  const path = requiredText(body["path"], "path");
  const contents = bytesIn(body["contents"], "contents");
  const place = await freePlace(world, path, optionalFlag(body["overwrite"], "overwrite"));
  await writeFile(place.disk, contents);
  return {};
};

interface Handle {
  readonly path: string;
  readonly part: string;
  readonly overwrite: boolean;
}

const handlesOf = (world: World): Collection<Handle> => world.store.collection<Handle>("dbfs-handles");

const create: Handler = async (call, world) => {
  const body = await call.json();
  const path = requiredText(body["path"], "path");
  const overwrite = optionalFlag(body["overwrite"], "overwrite");
  await freePlace(world, path, overwrite);
  const id = world.ids.next();
  const folder = join(world.folder, "files", "uploads");
  await mkdir(folder, { recursive: true });
  const part = join(folder, `dbfs-${id}`);
  await writeFile(part, "");
  handlesOf(world).put(id, { path, part, overwrite });
  return { handle: rawId(id) };
};

function requireHandle(world: World, id: string): Handle {
  return handlesOf(world).get(id) ?? fail(fault("RESOURCE_DOES_NOT_EXIST", `No stream with handle ${id} exists.`, 404));
}

const addBlock: Handler = async (call, world) => {
  const body = await call.json();
  const { part } = requireHandle(world, requiredId(body["handle"], "handle"));
  await appendFile(part, bytesIn(body["data"], "data"));
  return {};
};

/** The file is there as a whole, and only now. */
const close: Handler = async (call, world) => {
  const id = requiredId((await call.json())["handle"], "handle");
  const { path, part, overwrite } = requireHandle(world, id);
  const place = await freePlace(world, path, overwrite);
  await rename(part, place.disk);
  handlesOf(world).delete(id);
  return {};
};

const makeDirectory: Handler = async (call, world) => {
  const place = await placeAt(world, requiredText((await call.json())["path"], "path"));
  const found = await entryOf(place);
  if (found !== undefined && !found.is_dir) throw taken(place.path);
  await mkdir(place.disk, { recursive: true });
  return {};
};

const move: Handler = async (call, world) => {
  const body = await call.json();
  const source = await placeAt(world, requiredText(body["source_path"], "source_path"));
  const target = await placeAt(world, requiredText(body["destination_path"], "destination_path"));
  if ((await entryOf(source)) === undefined) throw missing(source.path);
  if (source.fixed || (await entryOf(target)) !== undefined) throw taken(target.path);
  await mkdir(dirname(target.disk), { recursive: true });
  await rename(source.disk, target.disk);
  return {};
};

const remove: Handler = async (call, world) => {
  const body = await call.json();
  const place = await placeAt(world, requiredText(body["path"], "path"));
  if (place.fixed) throw fault("INVALID_PARAMETER_VALUE", "The root cannot be deleted.");
  const found = await entryOf(place);
  // What is not there is as good as deleted.
  if (found === undefined) return {};
  const isFull = found.is_dir && (await readdir(place.disk)).length > 0;
  if (isFull && !optionalFlag(body["recursive"], "recursive")) {
    throw fault("IO_ERROR", `${place.path} is a directory with files in it: set recursive.`);
  }
  await rm(place.disk, { recursive: true });
  return {};
};

export const dbfsRoutes: readonly Route[] = [
  { method: "GET", pattern: `${base}/get-status`, handler: getStatus },
  { method: "GET", pattern: `${base}/list`, handler: list },
  { method: "GET", pattern: `${base}/read`, handler: read },
  { method: "POST", pattern: `${base}/put`, handler: put },
  { method: "POST", pattern: `${base}/create`, handler: create },
  { method: "POST", pattern: `${base}/add-block`, handler: addBlock },
  { method: "POST", pattern: `${base}/close`, handler: close },
  { method: "POST", pattern: `${base}/mkdirs`, handler: makeDirectory },
  { method: "POST", pattern: `${base}/move`, handler: move },
  { method: "POST", pattern: `${base}/delete`, handler: remove },
];
