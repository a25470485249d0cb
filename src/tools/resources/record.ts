// The record of what agents of this machine made in a workspace: one private file a workspace, changed under a lock.
import { join } from "node:path";
import * as z from "zod";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { tryJson } from "../../platform/json.ts";
import { withLock } from "../../platform/lock.ts";
import { madeTypes } from "./made.ts";

const entry = z.object({
  type: z.enum(madeTypes),
  id: z.string().min(1),
  name: z.string().optional(),
  url: z.string().optional(),
  /** Of the tool, under our own name. */
  made_by: z.string(),
  made_at: z.string(),
});
export type MadeEntry = z.output<typeof entry>;

const file = z.object({ version: z.literal(1), host: z.string(), made: z.array(z.unknown()) });

/** Beyond so many the oldest are forgotten: nobody reads that far, and each change writes the whole file. */
const mostEntries = 5_000;

export interface RecordPlace {
  readonly deps: Pick<Deps, "paths" | "clock">;
  /** `https://host` of the workspace. */
  readonly host: string;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for another process that writes, in milliseconds. */
  readonly waitMs?: number;
}

/** In the order in which they were made. Throws `io`, and `bad_response` for a file that is no record. */
export async function readMade(place: RecordPlace): Promise<readonly MadeEntry[]> {
  const path = recordPath(place);
  const text = await readTextIfPresent(path);
  if (text === undefined || text.trim() === "") return [];
  const parsed = file.safeParse(tryJson(text));
  if (!parsed.success) {
    throw new MortarError("config_invalid", `The record of what was made cannot be read: ${path}`, {
      hint: "Move the file away; a new one is begun with the next thing that is made. Nothing in the workspace is changed by that.",
    });
  }
  // What a newer version wrote of types that are not known here is left out, not refused.
  return parsed.data.made.flatMap((one) => {
    const known = entry.safeParse(one);
    return known.success ? [known.data] : [];
  });
}

/** Changes the record under its lock; nothing is written where `change` gives back what it was given. */
export async function changeMade(
  place: RecordPlace,
  change: (made: readonly MadeEntry[]) => readonly MadeEntry[],
): Promise<void> {
  const { deps, host, signal, waitMs } = place;
  const lock = { clock: deps.clock, signal, ...(waitMs === undefined ? {} : { waitMs }) };
  await withLock(deps.paths.run, `made-${fileName(host)}`, lock, async () => {
    const before = await readMade(place);
    const after = change(before);
    if (after === before) return;
    const content = { version: 1, host, made: after.slice(-mostEntries) };
    await writeAtomic(recordPath(place), `${JSON.stringify(content, undefined, 2)}\n`);
  });
}

function recordPath({ deps, host }: RecordPlace): string {
  return join(deps.paths.data, "made", `${fileName(host)}.json`);
}

/** `adb-1.azuredatabricks.net`, `127.0.0.1_8080`: a name on every system. */
function fileName(host: string): string {
  return new URL(host).host.replace(/[^a-z0-9.-]/g, "_");
}
