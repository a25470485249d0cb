// Names that come from outside, of what is to be moved: one that could lead elsewhere is told, not followed.
import { MortarError } from "../../platform/errors.ts";

/** Something below a folder of the workspace or of a volume. */
export interface Entry {
  readonly name: string;
  readonly isDirectory: boolean;
  /** The names from the folder down to it. */
  readonly parts: readonly string[];
  /** Why nothing can be done with it; what is in such a folder is not listed. */
  readonly problem: string | undefined;
}

/** Why no request can be made for a file of this name; undefined where one can. */
export function nameProblem(name: string): string | undefined {
  if (name === "" || name === "." || name === "..") return "the name climbs, or is none";
  if (name.includes("/") || name.includes("\0")) return "the name holds a slash or a null character";
  return name.isWellFormed() ? undefined : "the name holds half of a character";
}

// A workspace allows far fewer: whoever nests deeper answers every path with a folder.
const deepest = 64;
interface Around {
  readonly parts: readonly string[];
  readonly seen: Set<string>;
}

/** Why nothing can be done with an entry of a listing; undefined where something can. */
export function entryProblem({ name }: Pick<Entry, "name">, { parts, seen }: Around): string | undefined {
  if (seen.has(name)) return "it is listed twice";
  seen.add(name);
  return parts.length > deepest ? `it is more than ${deepest} folders deep` : nameProblem(name);
}

/** The most files and folders that one call takes on. */
export const mostEntries = 100_000;

export function tooMany(folder: string): MortarError {
  return new MortarError("too_large", `${folder} holds more than ${mostEntries} files and folders`, {
    hint: "Nothing was done. Take its folders one by one.",
  });
}
