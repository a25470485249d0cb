// What SQLite's failures mean to a person, and what he can do.
import { dirname } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf } from "../../platform/files.ts";

/** The error for what SQLite threw; what is none of its failures stays as it is. */
export function sqliteFailure(file: string, thrown: unknown): unknown {
  if (thrown instanceof MortarError) return thrown;
  const code = errnoOf(thrown) ?? "";
  const cause = { cause: thrown };
  if (code.startsWith("SQLITE_FULL")) {
    return new MortarError("io", `Cannot write the database ${file}: the disk is full`, {
      hint: "Free some space on the disk, and try again: nothing has to be restarted.",
      ...cause,
    });
  }
  if (/^SQLITE_(?:READONLY|PERM|AUTH)/.test(code)) {
    return new MortarError("io", `Cannot write the database ${file}: it is read-only`, {
      hint: `Make it and its folder ${dirname(file)} writable for your user, or give another file with --database.`,
      ...cause,
    });
  }
  if (/^SQLITE_(?:NOTADB|CORRUPT)/.test(code)) {
    return new MortarError("io", `${file} is damaged, or no SQLite database`, {
      hint: "Give another file with --database, or put a copy of it in its place that is whole.",
      ...cause,
    });
  }
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) {
    return new MortarError("unavailable", `The database ${file} is held by another program`, {
      hint: "Try again; if it stays so, end the program that has it open.",
      ...cause,
    });
  }
  if (code === "ERR_SQLITE_CONNECTION_CLOSED") {
    return new MortarError("unavailable", `The database ${file} has been closed`, {
      hint: "Start the app again.",
      ...cause,
    });
  }
  if (/^SQLITE_(?:IOERR|CANTOPEN|NOLFS)/.test(code)) return fileFailure(file, thrown);
  return thrown;
}

/** The file lies there no more, or another one does. */
export function movedFailure(file: string): MortarError {
  return new MortarError("io", `The database ${file} was deleted or replaced while the app runs`, {
    hint: "Stop the app, put the right file there, and start it again. What is stored until then is lost.",
  });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EISDIR: "it is a folder",
  EEXIST: "a part of the path is no folder",
  ENOTDIR: "a part of the path is no folder",
};

/** A file that cannot be opened, read or written. */
export function fileFailure(file: string, thrown: unknown): MortarError {
  const cause = thrown instanceof MortarError ? thrown.cause : thrown;
  const name = errnoOf(cause) ?? "";
  const reason = reasons[name] ?? (cause instanceof Error ? cause.message : name);
  return new MortarError("io", `Cannot open the database ${file}: ${reason}`, {
    hint: `See that ${dirname(file)} is a folder on a working disk that your user may write to, or give another file with --database.`,
    cause: thrown,
  });
}
