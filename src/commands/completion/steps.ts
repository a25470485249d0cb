// Values with several parts come part by part: which list holds those that may stand where the typing is.

export interface Step {
  /** Whose values are wanted: `cluster`, `schema`, `folder`. */
  readonly list: string;
  /** Where the list is taken: a catalog, a schema, a folder as it is typed, models of one API; empty for everything. */
  readonly scope: string;
  /** What stands in the word before the values of the list. */
  readonly before: string;
  /** What follows each of them where the word goes on. */
  readonly behind: string;
}

const dotted = ["catalog", "schema", "table"];

/** The step for a value of this kind, of which `typed` is there; undefined where nothing can follow. */
export function stepOf(kind: string, typed: string): Step | undefined {
  if (kind === "workspace-path") return folderStep(typed);
  const dialect = /^(\w+)-model$/.exec(kind)?.[1];
  if (dialect !== undefined) return { list: "model", scope: dialect, before: "", behind: "" };
  const last = dotted.indexOf(kind);
  return last === -1 ? { list: kind, scope: "", before: "", behind: "" } : dottedStep(last, typed);
}

/** `main.de`: the schemas of main. */
function dottedStep(last: number, typed: string): Step | undefined {
  const above = typed.split(".").slice(0, -1);
  const list = dotted[above.length];
  if (list === undefined || above.length > last || above.includes("")) return undefined;
  const scope = above.join(".");
  return { list, scope, before: above.length === 0 ? "" : `${scope}.`, behind: above.length < last ? "." : "" };
}

/** `~/etl/lo`: what lies in ~/etl. */
function folderStep(typed: string): Step | undefined {
  const scope = typed.slice(0, typed.lastIndexOf("/") + 1);
  // The short forms that tools take; the shell's own ~ is another folder.
  if (!/^(?:$|\/|~\/|shared\/)/.test(scope)) return undefined;
  return { list: "folder", scope, before: scope, behind: "" };
}
