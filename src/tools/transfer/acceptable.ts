// Which files of the workspace or of a volume can be written on this machine, and why the others cannot.
import type { OperatingSystem } from "../../platform/deps.ts";
import { localNameProblem } from "./local-place.ts";
import type { Entry } from "./names.ts";
import type { Problem } from "./transfer.ts";

export interface Acceptable<E extends Entry> {
  readonly taken: readonly E[];
  /** A folder stands for all that is in it. */
  readonly refused: readonly Problem[];
}

/** `entries` are in an order in which a folder stands before what is in it. */
export function acceptable<E extends Entry>(entries: readonly E[], os: OperatingSystem): Acceptable<E> {
  const taken: E[] = [];
  const refused: Problem[] = [];
  const closed = new Set<string>();
  const names = new Set<string>();
  for (const entry of entries) {
    const name = entry.parts.join("/");
    if (closed.has(entry.parts.slice(0, -1).join("/")) && entry.parts.length > 1) {
      closed.add(name);
      continue;
    }
    const key = os === "linux" ? name : name.normalize("NFC").toLowerCase();
    const isTaken = names.has(key)
      ? "its name differs from another's by case alone, which this machine does not tell apart"
      : undefined;
    const why = entry.problem ?? localNameProblem(entry.name, os) ?? isTaken;
    if (why === undefined) {
      names.add(key);
      taken.push(entry);
    } else {
      closed.add(name);
      refused.push({ name: name.slice(0, 500), outcome: "failed", why: `refused: ${why}` });
    }
  }
  return { taken, refused };
}
