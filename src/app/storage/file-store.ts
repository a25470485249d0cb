// Project files: their contents by hash, once each in a project, in pieces.
import { MortarError } from "../../platform/errors.ts";
import { placeholders, type Database, type Row, type Statements } from "./database.ts";
import { fileSizeBytes, name, word } from "./limits.ts";
import type { Part } from "./part.ts";
import { numberOf, textOf } from "./rows.ts";
import type { FileStore, StoredFile } from "./store.ts";

type Change = Parameters<FileStore["apply"]>[1];
type Put = Change["put"][number];

export function createFileStore(part: Part): FileStore {
  const { database } = part;
  return {
    list: async (projectId) => {
      const rows = await database.rows("SELECT * FROM :files WHERE project_id = $1 ORDER BY path", [projectId]);
      return rows.map(fileOf);
    },
    content: (projectId, hash) => content(database, projectId, hash),
    apply: (projectId, change) => apply(part, projectId, change),
  };
}

const pieceBytes = 1024 * 1024;

const fileOf = (row: Row): StoredFile => ({
  path: textOf(row, "path"),
  hash: textOf(row, "hash"),
  size: numberOf(row, "size"),
  mode: numberOf(row, "mode"),
  modifiedMs: numberOf(row, "modified_at"),
});

/** Undefined also for one whose pieces are not all there, or not what they were. */
async function content(
  database: Database,
  projectId: string,
  hash: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const of = [projectId, hash];
  const [sum] = await database.rows(
    "SELECT COUNT(*) AS pieces, SUM(LENGTH(bytes)) AS size FROM :contents WHERE project_id = $1 AND hash = $2",
    of,
  );
  const pieces = sum === undefined ? 0 : numberOf(sum, "pieces");
  if (sum === undefined || pieces === 0) return undefined;
  const whole = new Uint8Array(numberOf(sum, "size"));
  const hasher = new Bun.CryptoHasher("sha256");
  for (let piece = 0, at = 0; piece < pieces; piece++) {
    const [row] = await database.rows(
      "SELECT bytes FROM :contents WHERE project_id = $1 AND hash = $2 AND piece = $3",
      [...of, piece],
    );
    const bytes = row?.["bytes"];
    if (!(bytes instanceof Uint8Array) || at + bytes.length > whole.length) return undefined;
    hasher.update(bytes);
    whole.set(bytes, at);
    at += bytes.length;
  }
  return hasher.digest("hex") === hash.toLowerCase() ? whole : undefined;
}

// Another replica may take away a content that was there just now: then it is brought again.
const mostTries = 4;

async function apply(part: Part, projectId: string, change: Change): Promise<void> {
  for (const file of change.put) check(file);
  for (let attempt = 1; ; attempt++) {
    await bringContents(part, projectId, change.put);
    if (
      await part.database.transaction((statements) =>
        applyNow(statements, { projectId, change, now: part.clock.now() }),
      )
    )
      return;
    if (attempt === mostTries) {
      throw new MortarError("conflict", "The project's files are being changed by others all the time", {
        hint: "Try again in a moment.",
      });
    }
  }
}

function check(file: StoredFile): void {
  name("path", file.path, 4096);
  word("hash", file.hash, 128);
  if (file.size > fileSizeBytes) {
    throw new MortarError("too_large", `${file.path.slice(0, 200)} has ${file.size.toLocaleString("en")} bytes`, {
      hint: `Files of up to ${fileSizeBytes.toLocaleString("en")} bytes are copied to the database; keep larger ones in a volume.`,
    });
  }
}

async function bringContents({ database, clock }: Part, projectId: string, put: Change["put"]): Promise<void> {
  const missing = await missingOf(database, projectId, put);
  for (const file of missing.values()) {
    const bytes = await file.content();
    const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
    if (bytes.length !== file.size || hash !== file.hash.toLowerCase()) {
      throw new MortarError("conflict", `${file.path.slice(0, 200)} changed while it was copied`, {
        hint: "It is copied as soon as nothing writes to it.",
      });
    }
    for (let piece = 0; piece < piecesOf(file.size); piece++) {
      const slice = bytes.slice(piece * pieceBytes, (piece + 1) * pieceBytes);
      await database.run(
        `INSERT INTO :contents (project_id, hash, piece, bytes, brought_at)
         SELECT id, $2, $3, $4, $5 FROM :projects WHERE id = $1 ON CONFLICT (project_id, hash, piece) DO NOTHING`,
        [projectId, file.hash, piece, slice, clock.now()],
      );
      // SQLite works in this very thread: others get their turn between two pieces.
      await clock.sleep(0);
    }
  }
}

/** An empty file has one piece as well, which is empty. */
const piecesOf = (size: number): number => Math.max(1, Math.ceil(size / pieceBytes));

/** Those whose content is not whole yet, by hash. */
async function missingOf(
  statements: Statements,
  projectId: string,
  put: Change["put"],
): Promise<ReadonlyMap<string, Put>> {
  const missing = new Map(put.map((file) => [file.hash, file]));
  const hashes = [...missing.keys()];
  for (let at = 0; at < hashes.length; at += atOnce) {
    const some = hashes.slice(at, at + atOnce);
    const rows = await statements.rows(
      `SELECT hash, COUNT(*) AS pieces FROM :contents WHERE project_id = $1 AND hash IN (${placeholders(some.length, 2)})
       GROUP BY hash`,
      [projectId, ...some],
    );
    for (const row of rows) {
      const file = missing.get(textOf(row, "hash"));
      if (file !== undefined && numberOf(row, "pieces") === piecesOf(file.size)) missing.delete(file.hash);
    }
  }
  return missing;
}

/** False where a content is missing after all. Who changes a project's files holds its row until he is done. */
async function applyNow(statements: Statements, { projectId, change, now }: Applied): Promise<boolean> {
  const { put, remove, expects } = change;
  const held = await statements.run("UPDATE :projects SET files_version = files_version + 1 WHERE id = $1", [
    projectId,
  ]);
  if (held === 0) throw new MortarError("not_found", "There is no such project");
  if (expects !== undefined) await requireHashes(statements, projectId, expects);
  if ((await missingOf(statements, projectId, put)).size > 0) return false;
  const before = await hashesAt(statements, projectId, [...remove, ...put.map(({ path }) => path)]);
  for (const path of remove) {
    await statements.run("DELETE FROM :files WHERE project_id = $1 AND path = $2", [projectId, path]);
  }
  for (const { path, hash, size, mode, modifiedMs } of put) {
    await statements.run(
      `INSERT INTO :files (project_id, path, hash, size, mode, modified_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (project_id, path) DO UPDATE SET hash = excluded.hash, size = excluded.size, mode = excluded.mode,
         modified_at = excluded.modified_at`,
      [projectId, path, hash, size, mode, Math.trunc(modifiedMs)],
    );
  }
  await dropContents(statements, { projectId, hashes: before, broughtBefore: now - forgottenMs });
  return true;
}

interface Applied {
  readonly projectId: string;
  readonly change: Change;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const atOnce = 100;

async function hashesAt(
  statements: Statements,
  projectId: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const hashes = new Set<string>();
  for (let at = 0; at < paths.length; at += atOnce) {
    const some = paths.slice(at, at + atOnce);
    const marks = placeholders(some.length, 2);
    const sql = `SELECT hash FROM :files WHERE project_id = $1 AND path IN (${marks})`;
    for (const row of await statements.rows(sql, [projectId, ...some])) hashes.add(textOf(row, "hash"));
  }
  return [...hashes];
}

// What was brought and never named: whoever brought it has died on the way.
const forgottenMs = 86_400_000;

/** Those that no file has any more: of these, and of those brought long ago. What others bring just now is not touched. */
async function dropContents(
  statements: Statements,
  { projectId, hashes, broughtBefore }: { projectId: string; hashes: readonly string[]; broughtBefore: number },
): Promise<void> {
  const unused = `project_id = $1
    AND NOT EXISTS (SELECT 1 FROM :files f WHERE f.project_id = $1 AND f.hash = :contents.hash)`;
  for (let at = 0; at < hashes.length; at += atOnce) {
    const some = hashes.slice(at, at + atOnce);
    const sql = `DELETE FROM :contents WHERE ${unused} AND hash IN (${placeholders(some.length, 2)})`;
    await statements.run(sql, [projectId, ...some]);
  }
  await statements.run(`DELETE FROM :contents WHERE ${unused} AND brought_at < $2`, [projectId, broughtBefore]);
}

/** Nobody comes between this look and the change: the caller holds the project's row. */
async function requireHashes(
  statements: Statements,
  projectId: string,
  expects: ReadonlyMap<string, string | null>,
): Promise<void> {
  const paths = [...expects.keys()];
  for (let at = 0; at < paths.length; at += atOnce) {
    const some = paths.slice(at, at + atOnce);
    const rows = await statements.rows(
      `SELECT path, hash FROM :files WHERE project_id = $1 AND path IN (${placeholders(some.length, 2)})`,
      [projectId, ...some],
    );
    const there = new Map(rows.map((row) => [textOf(row, "path"), textOf(row, "hash")]));
    if (some.every((path) => (there.get(path) ?? null) === expects.get(path))) continue;
    throw new MortarError("conflict", "The project's files were changed by another at the same time", {
      hint: "Look at what is there now, and try again.",
    });
  }
}
