// Workspace API 2.0: folders, notebooks and files, and the file transfer that command line clients use.
import { optionalFlag, optionalText, optionalWord, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { rawId } from "../http/wire.ts";
import { isDashboardFile } from "../dashboards/dashboard.ts";
import { reposOf } from "../repos/repo.ts";
import type { NotebookLanguage, TreeObject } from "../state/tree.ts";
import type { World } from "../world.ts";
import { exportObject } from "./object-export.ts";
import { automatic, checkSize, importObject, type ImportRequest } from "./object-import.ts";

const languages: readonly NotebookLanguage[] = ["PYTHON", "SQL", "SCALA", "R"];

const getStatus: Handler = (call, world) =>
  objectInfo(world, world.tree.require(requiredText(call.query.get("path"), "path")));

const list: Handler = (call, world) => {
  const after = Number(call.query.get("notebooks_modified_after") ?? 0);
  const objects = world.tree
    .list(requiredText(call.query.get("path"), "path"))
    .filter((object) => object.objectType !== "NOTEBOOK" || object.modifiedAt > after)
    .map((object) => objectInfo(world, object));
  return objects.length === 0 ? {} : { objects };
};

const exportHandler: Handler = (call, world) => {
  const path = requiredText(call.query.get("path"), "path");
  const { bytes, fileType } = exportObject(world.tree, path, call.query.get("format") ?? "SOURCE");
  if (!optionalFlag(call.query.get("direct_download"), "direct_download")) {
    return { content: Buffer.from(bytes).toString("base64"), file_type: fileType };
  }
  const name = path.slice(path.lastIndexOf("/") + 1);
  const fileName = fileType === "" ? name : `${name}.${fileType}`;
  return download(bytes, fileName);
};

const importHandler: Handler = async (call, world) => {
  importObject(world.tree, await readImport(call));
  return {};
};

const makeFolder: Handler = async (call, world) => {
  world.tree.makeFolder(requiredText((await call.json())["path"], "path"));
  return {};
};

const remove: Handler = async (call, world) => {
  const body = await call.json();
  world.tree.remove(requiredText(body["path"], "path"), optionalFlag(body["recursive"], "recursive"));
  return {};
};

/** The raw upload of the command line's sync: a file, or a notebook where extension and first line say so. */
const importFile: Handler = async (call, world) => {
  const path = `/${call.params["path"] ?? ""}`.replace(/^\/+/, "/");
  const content = await call.bytes();
  checkSize(content);
  const target = automatic({ path, content, language: undefined });
  const existing = world.tree.find(target.path) ?? world.tree.find(path);
  const overwrite = optionalFlag(call.query.get("overwrite"), "overwrite");
  if (existing !== undefined && !overwrite) throw alreadyThere(existing);
  importObject(world.tree, { path, format: "AUTO", language: undefined, content, overwrite });
  return {};
};

const readFile: Handler = (call, world) => {
  const path = `/${call.params["path"] ?? ""}`.replace(/^\/+/, "/");
  const object = world.tree.require(path);
  return download(world.tree.read(path), object.path.slice(object.path.lastIndexOf("/") + 1));
};

export const objectsRoutes: readonly Route[] = [
  { method: "GET", pattern: "/api/2.0/workspace/get-status", handler: getStatus },
  { method: "GET", pattern: "/api/2.0/workspace/list", handler: list },
  { method: "GET", pattern: "/api/2.0/workspace/export", handler: exportHandler },
  { method: "POST", pattern: "/api/2.0/workspace/import", handler: importHandler },
  { method: "POST", pattern: "/api/2.0/workspace/mkdirs", handler: makeFolder },
  { method: "POST", pattern: "/api/2.0/workspace/delete", handler: remove },
  { method: "POST", pattern: "/api/2.0/workspace-files/import-file/{path...}", handler: importFile },
  { method: "GET", pattern: "/api/2.0/workspace-files/{path...}", handler: readFile },
];

function objectInfo(world: World, object: TreeObject): object {
  const isRepo = object.objectType === "DIRECTORY" && reposOf(world).get(object.objectId) !== undefined;
  const isDashboard = object.objectType === "FILE" && isDashboardFile(world, object.objectId);
  const ownType = isDashboard ? "DASHBOARD" : object.objectType;
  const info = {
    object_type: isRepo ? "REPO" : ownType,
    path: object.path,
    ...(object.language === undefined ? {} : { language: object.language }),
    object_id: rawId(object.objectId),
    resource_id: object.objectId,
  };
  if (object.objectType === "DIRECTORY") return info;
  const times = { created_at: object.createdAt, modified_at: object.modifiedAt };
  return object.objectType === "FILE" ? { ...info, ...times, size: object.sizeBytes } : { ...info, ...times };
}

async function readImport(call: Call): Promise<ImportRequest> {
  const multipart = /^multipart\/form-data/i.test(call.headers.get("content-type") ?? "");
  const fields = multipart ? await readMultipart(call) : await call.json();
  const content = multipart ? fields["content"] : readBase64(fields["content"]);
  return {
    path: requiredText(fields["path"], "path"),
    format: optionalText(fields["format"], "format") ?? "SOURCE",
    language: optionalWord(fields["language"], "language", languages),
    overwrite: optionalFlag(fields["overwrite"], "overwrite"),
    content: content instanceof Uint8Array ? content : new Uint8Array(),
  };
}

async function readMultipart(call: Call): Promise<Record<string, unknown>> {
  const type = call.headers.get("content-type") ?? "";
  const bytes = await call.bytes();
  const form = await new Response(Uint8Array.from(bytes), { headers: { "content-type": type } })
    .formData()
    .catch(() => undefined);
  if (form === undefined) throw new ApiFault(400, "MALFORMED_REQUEST", "The multipart body cannot be read.");
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form.entries()) fields[name] = await partValue(name, value);
  return fields;
}

async function partValue(name: string, value: unknown): Promise<string | Uint8Array> {
  const bytes = value instanceof Blob ? new Uint8Array(await value.arrayBuffer()) : undefined;
  if (name === "content") return bytes ?? new TextEncoder().encode(String(value));
  return bytes === undefined ? String(value) : new TextDecoder().decode(bytes);
}

function readBase64(value: unknown): Uint8Array {
  const text = optionalText(value, "content") ?? "";
  const compact = text.replace(/\s/g, "");
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(compact)) {
    throw new ApiFault(400, "INVALID_PARAMETER_VALUE", "The content is not valid base64");
  }
  return Buffer.from(compact, "base64");
}

/** 409 for a file; 400 for a notebook, whose name is the path without the extension. Clients tell them apart. */
function alreadyThere(existing: TreeObject): ApiFault {
  const message = `Path (${existing.path}) already exists.`;
  if (existing.objectType === "NOTEBOOK") return new ApiFault(400, "RESOURCE_ALREADY_EXISTS", message);
  return new ApiFault(409, "RESOURCE_ALREADY_EXISTS", message);
}

function download(bytes: Uint8Array, name: string): Response {
  const encoded = encodeURIComponent(name);
  return new Response(Uint8Array.from(bytes), {
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename*=UTF-8''${encoded}`,
    },
  });
}
