// Who has the newer one: a file as both had it last, as it is here, and as it is in the database. Pure.

/**
 * `same`: nothing to carry. `take`: the database's goes here. `send`: ours goes there. `both`: each was changed, and neither may be
 * lost. Hashes; undefined for no file. One that was deleted on one side and changed on the other stays.
 */
export function decide(
  base: string | undefined,
  local: string | undefined,
  remote: string | undefined,
): "same" | "take" | "send" | "both" {
  if (local === remote) return "same";
  if (local === base) return "take";
  if (remote === base) return "send";
  if (local === undefined) return "take";
  return remote === undefined ? "send" : "both";
}

/** `notes.md` becomes `notes (kept 2026-11-21 15.04.09).md`, with a number where that is taken. */
export function keptName(name: string, atMs: number, attempt: number): string {
  const at = new Date(atMs).toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
  const mark = ` (kept ${at}${attempt === 0 ? "" : ` ${attempt + 1}`})`;
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  return `${fitting(stem, 255 - Buffer.byteLength(mark + ending))}${mark}${ending}`;
}

function fitting(stem: string, bytes: number): string {
  let short = stem;
  while (Buffer.byteLength(short) > bytes && short !== "") short = short.slice(0, -1);
  return short.toWellFormed();
}
