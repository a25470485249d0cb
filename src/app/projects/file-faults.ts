// What a file system refuses, as errors that a person can act on. Paths in them are the project's own, never the server's.
import { MortarError } from "../../platform/errors.ts";
import { errnoOf } from "../../platform/files.ts";
import { shown } from "./paths.ts";

interface Fault {
  readonly code: "io" | "not_found" | "invalid_input" | "already_exists" | "conflict";
  readonly reason: string;
  readonly hint?: string;
}

const ask = "The folder of the app's data must be writable for the user that the server runs as.";

const faults: Readonly<Record<string, Fault>> = {
  ENOENT: { code: "not_found", reason: "it is not there" },
  ENOTDIR: { code: "invalid_input", reason: "a part of it is a file or a link, and no folder" },
  EISDIR: { code: "invalid_input", reason: "it is a folder" },
  ELOOP: { code: "invalid_input", reason: "it is a link, and links are not followed" },
  EMLINK: { code: "invalid_input", reason: "it is a link, and links are not followed" },
  EEXIST: { code: "already_exists", reason: "something of that name is there" },
  ENOTEMPTY: { code: "already_exists", reason: "a folder of that name is there" },
  EINVAL: { code: "invalid_input", reason: "the system does not take it" },
  ENAMETOOLONG: { code: "invalid_input", reason: "a name in it is too long for the disk" },
  EILSEQ: { code: "invalid_input", reason: "the disk does not take such a name" },
  ENOSPC: { code: "io", reason: "the disk is full", hint: "Free some space on the server's disk, and try again." },
  EDQUOT: { code: "io", reason: "the disk quota is used up", hint: "Free some space on the server, and try again." },
  EFBIG: { code: "io", reason: "the disk takes no file of that size" },
  EROFS: { code: "io", reason: "the disk is read-only", hint: ask },
  EACCES: { code: "io", reason: "permission denied", hint: ask },
  EPERM: { code: "io", reason: "permission denied", hint: ask },
  EBUSY: { code: "conflict", reason: "another program holds it", hint: "Try again in a moment." },
  EMFILE: { code: "io", reason: "too many files are open", hint: "Try again in a moment." },
  ENFILE: { code: "io", reason: "too many files are open", hint: "Try again in a moment." },
};

/** What to throw for a failure at `path`; a MortarError stays as it is. `what`: "read", "write". */
export function fileFault(what: string, path: string, cause: unknown): MortarError {
  if (cause instanceof MortarError) return cause;
  const name = errnoOf(cause);
  const { code, reason, hint } = faults[name ?? ""] ?? { code: "io" as const, reason: name ?? "the system refuses" };
  return new MortarError(code, `Cannot ${what} ${shown(path)}: ${reason}`, { hint, cause });
}

/** Whether nothing is there, or nothing that a path could go through: what a file that vanished in the middle gives. */
export function isGone(cause: unknown): boolean {
  return (
    ["ENOENT", "ENOTDIR"].includes(errnoOf(cause) ?? "") || (cause instanceof MortarError && cause.code === "not_found")
  );
}

const oneFile: ReadonlySet<string> = new Set(["invalid_input", "already_exists", "too_large", "not_found", "conflict"]);

/** Whether a failure is this one file's, so that others go on: something in its way, no right to it, a program that holds it. */
export function isOfThisFile(cause: unknown): boolean {
  if (!(cause instanceof MortarError)) return false;
  return oneFile.has(cause.code) || ["EACCES", "EPERM"].includes(errnoOf(cause.cause) ?? "");
}
