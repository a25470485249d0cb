// jobs/get and runs/get show at most a hundred elements of each array; the rest follows page by page.
import type { JsonObject } from "../../platform/json.ts";
import { invalid } from "../http/fields.ts";
import type { TaskRunDocument } from "./documents.ts";

const pageSize = 100;

/** The object with one page of each of its named arrays, and the token of the next page where there is one. */
export function arrayPage(
  object: JsonObject,
  names: readonly string[],
  token: string | undefined,
): { page: JsonObject; next: string | undefined } {
  const offset = readOffset(token);
  const page: JsonObject = { ...object };
  let more = false;
  for (const name of names) {
    const list = object[name];
    if (!Array.isArray(list)) continue;
    page[name] = list.slice(offset, offset + pageSize);
    more ||= list.length > offset + pageSize;
  }
  const next = more ? Buffer.from(`arrays:${offset + pageSize}`).toString("base64url") : undefined;
  return { page, next };
}

/** Whether any of the named arrays has more than one page. */
export function exceedsPage(object: JsonObject, names: readonly string[]): boolean {
  return names.some((name) => Array.isArray(object[name]) && object[name].length > pageSize);
}

function readOffset(token: string | undefined): number {
  if (token === undefined || token === "") return 0;
  const match = /^arrays:(\d{1,9})$/.exec(Buffer.from(token, "base64url").toString());
  if (match === null) throw invalid(`Invalid page token: ${token}`);
  return Number(match[1]);
}

/** Task runs as they were released: by key in order of the first attempt, attempts together. */
export function releaseOrder(tasks: readonly TaskRunDocument[]): readonly TaskRunDocument[] {
  const byKey = Map.groupBy(tasks, (task) => task.taskKey);
  return [...byKey.values()].flat();
}
