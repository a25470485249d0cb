// The workspace's folders, notebooks and files, kept in its database.
import type { Database } from "bun:sqlite";
import type { Clock } from "../../platform/deps.ts";
import { ApiFault } from "../http/route.ts";
import { normalisePath, parentOf } from "./object-path.ts";
import type { Ids } from "./store.ts";
import type { NotebookLanguage, ObjectType, TreeObject, WorkspaceTree } from "./tree.ts";

interface TreeParts {
  readonly database: Database;
  readonly ids: Ids;
  readonly clock: Clock;
  /** Folders that are there from the start and cannot be deleted. */
  readonly protectedFolders: readonly string[];
}

interface Row {
  path: string;
  type: string;
  language: string | null;
  object_id: string;
  created_at: number;
  modified_at: number;
  size: number;
}

const columns = "path, type, language, object_id, created_at, modified_at, size";

/** The tree over an open database. Every refusal is an ApiFault with the workspace's own code. */
export function createTree({ database, ids, clock, protectedFolders }: TreeParts): WorkspaceTree {
  const protectedPaths = new Set(["/", ...protectedFolders]);
  const one = database.query<Row, [string]>(`SELECT ${columns} FROM object WHERE path = ?`);
  const below = database.query<Row, [string]>(`SELECT ${columns} FROM object WHERE parent = ? ORDER BY path`);
  const content = database.query<{ content: Uint8Array | null }, [string]>("SELECT content FROM object WHERE path = ?");
  const insert = database.query<
    never,
    [string, string, string, string | null, string, number, number, number, Uint8Array | null]
  >(`INSERT INTO object (path, parent, type, language, object_id, created_at, modified_at, size, content)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const update = database.query<never, [string | null, number, number, Uint8Array, string]>(
    "UPDATE object SET language = ?, modified_at = ?, size = ?, content = ? WHERE path = ?",
  );
  const drop = database.query<never, [string, string, string]>(
    "DELETE FROM object WHERE path = ? OR (path >= ? AND path < ?)",
  );

  const find = (path: string): TreeObject | undefined => {
    const row = one.get(normalisePath(path));
    return row === null ? undefined : toObject(row);
  };
  const require = (path: string): TreeObject => {
    const found = find(path);
    if (found === undefined) throw missing(path);
    return found;
  };
  const add = (path: string, type: ObjectType, language: string | null, bytes: Uint8Array | null): void => {
    const now = clock.now();
    insert.run(path, parentOf(path), type, language, ids.next(), now, now, bytes?.byteLength ?? 0, bytes);
  };
  const makeFolder = (path: string): void => {
    const target = normalisePath(path);
    const existing = find(target);
    if (existing?.objectType === "DIRECTORY") return;
    if (existing !== undefined) throw exists(target);
    if (target !== "/") makeFolder(parentOf(target));
    add(target, "DIRECTORY", null, null);
  };

  for (const folder of protectedPaths) makeFolder(folder);

  return {
    find,
    require,
    makeFolder: (path) => database.transaction(() => makeFolder(path))(),
    list: (path) => {
      const object = require(path);
      return object.objectType === "DIRECTORY" ? below.all(object.path).map(toObject) : [object];
    },
    read: (path) => {
      const object = require(path);
      if (object.objectType === "DIRECTORY") {
        throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `Path (${path}) is a directory`);
      }
      return content.get(object.path)?.content ?? new Uint8Array();
    },
    write: (path, bytes, { objectType, language, overwrite }) => {
      const target = normalisePath(path);
      const existing = find(target);
      if (existing === undefined) {
        requireFolder(find(parentOf(target) || "/"), parentOf(target));
        add(target, objectType, language ?? null, bytes);
        return require(target);
      }
      if (!overwrite) throw exists(path);
      if (existing.objectType !== objectType) throw otherType(objectType, existing.objectType);
      update.run(language ?? null, clock.now(), bytes.byteLength, bytes, target);
      return require(target);
    },
    remove: (path, recursive) => {
      const object = require(path);
      if (protectedPaths.has(object.path)) {
        throw new ApiFault(400, "DIRECTORY_PROTECTED", `Folder ${object.path} is protected`);
      }
      if (!recursive && object.objectType === "DIRECTORY" && below.get(object.path) !== null) {
        throw new ApiFault(400, "DIRECTORY_NOT_EMPTY", `Folder (${path}) is not empty`);
      }
      // "0" is the character after "/": the range holds what lies below the folder and nothing else.
      drop.run(object.path, `${object.path}/`, `${object.path}0`);
    },
  };
}

function toObject(row: Row): TreeObject {
  return {
    path: row.path,
    objectType: row.type as ObjectType,
    ...(row.language === null ? {} : { language: row.language as NotebookLanguage }),
    objectId: row.object_id,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
    sizeBytes: row.size,
  };
}

function requireFolder(parent: TreeObject | undefined, path: string): void {
  if (parent === undefined) {
    throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `The parent folder (${path}) does not exist.`);
  }
  if (parent.objectType !== "DIRECTORY") {
    throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `The parent (${path}) is not a folder.`);
  }
}

function missing(path: string): ApiFault {
  return new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Path (${path}) doesn't exist.`);
}

function exists(path: string): ApiFault {
  return new ApiFault(400, "RESOURCE_ALREADY_EXISTS", `Path (${path}) already exists.`);
}

function otherType(wanted: ObjectType, existing: ObjectType): ApiFault {
  return new ApiFault(
    400,
    "INVALID_PARAMETER_VALUE",
    `Requested node type [${wanted}] is different from the existing node type [${existing}]`,
  );
}
