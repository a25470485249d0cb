// What Codex's own command cannot say of an MCP server: which variables it is handed. Written into its file afterwards.
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { valueAt } from "../platform/edits/changes.ts";
import { readExact } from "../platform/edits/disk.ts";
import { applyEdit } from "../platform/edits/edits.ts";
import { parseToml, setToml } from "../platform/edits/toml-text.ts";
import { isObject } from "../platform/json.ts";
import { codexServerVariables } from "./codex-variables.ts";
import { codexFolder } from "./hooks/codex.ts";

export type CompleteDeps = Pick<Deps, "env" | "paths" | "clock">;

/**
 * Adds our variables to those that the server of that name is handed. As the entry itself, which Codex wrote, it is on no
 * record. Gives whether anything was missing. Throws `config_invalid`, `io`, `timeout`.
 */
export async function giveCodexVariables(deps: CompleteDeps, name: string): Promise<boolean> {
  const file = join(codexFolder(deps), "config.toml");
  const server = ["mcp_servers", name];
  const path = [...server, "env_vars"];
  const clean = (text: string): string => {
    const settings = parseToml(text);
    const present = valueAt(settings, path);
    const own: readonly unknown[] = Array.isArray(present) ? present : [];
    const missing = codexServerVariables.filter((one) => !own.includes(one));
    const isThere = isObject(valueAt(settings, server));
    return isThere && missing.length > 0 ? setToml(text, path, [...own, ...missing]) : text;
  };
  if (((await readExact(file)) ?? "").trim() === "") return false;
  const edit = { owner: "mcp-install", file, format: "toml", changes: [], clean } as const;
  return (await applyEdit(deps, edit)).status === "written";
}
