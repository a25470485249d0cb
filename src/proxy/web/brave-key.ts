// The key of Brave Search: from the environment, else from the keyring, else from a private file where there is no keyring.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { MortarError, toMortarError } from "../../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { isTokenText, Secret } from "../../platform/secret.ts";

export type KeyDeps = Pick<Deps, "env" | "paths" | "log" | "keyring">;

export type KeyPlace = "environment" | "keyring" | "file";

export const braveKeyVariable = "BRAVE_API_KEY";
const keyringName = "brave-search-key";

function keyFile({ paths }: KeyDeps): string {
  return join(paths.data, keyringName);
}

/** The key and where it is kept; undefined where there is none. Throws `io`. */
export async function readBraveKey(
  deps: KeyDeps,
): Promise<{ readonly key: Secret; readonly place: KeyPlace } | undefined> {
  const variable = deps.env[braveKeyVariable]?.trim() ?? "";
  if (isTokenText(variable)) return { key: new Secret(variable), place: "environment" };
  const kept = await fromKeyring(deps);
  if (kept !== undefined && isTokenText(kept)) return { key: new Secret(kept), place: "keyring" };
  const filed = (await readTextIfPresent(keyFile(deps)))?.trim();
  return isTokenText(filed) ? { key: new Secret(filed), place: "file" } : undefined;
}

/** Homes that MORTAR_HOME sets apart do not share a keyring entry. */
function nameIn({ env, paths }: KeyDeps): string {
  return (env["MORTAR_HOME"] ?? "") === "" ? keyringName : `${keyringName} ${paths.data}`;
}

async function fromKeyring(deps: KeyDeps): Promise<string | undefined> {
  try {
    return await deps.keyring?.get(nameIn(deps));
  } catch (thrown) {
    deps.log.debug(toMortarError(thrown).message);
    return undefined;
  }
}

/** Keeps a key for every proxy from now on. Throws `invalid_input` for what is none, and `io`. */
export async function storeBraveKey(deps: KeyDeps, text: string): Promise<KeyPlace> {
  const key = text.trim();
  if (!isTokenText(key)) {
    throw new MortarError("invalid_input", "That is no key of Brave Search", {
      hint: "Give the key alone on standard input, as the dashboard at api-dashboard.search.brave.com shows it.",
    });
  }
  try {
    if (deps.keyring !== undefined) {
      await deps.keyring.set(nameIn(deps), key);
      await rm(keyFile(deps), { force: true });
      return "keyring";
    }
  } catch (thrown) {
    deps.log.debug(toMortarError(thrown).message);
  }
  await writeAtomic(keyFile(deps), `${key}\n`);
  return "file";
}

/** Forgets the key that is kept here, wherever that is. Gives whether there was one. Throws `io`. */
export async function forgetBraveKey(deps: KeyDeps, { dryRun }: { readonly dryRun: boolean }): Promise<boolean> {
  const kept = await fromKeyring(deps);
  const filed = await readTextIfPresent(keyFile(deps));
  if (dryRun) return kept !== undefined || filed !== undefined;
  if (kept !== undefined) await deps.keyring?.delete(nameIn(deps));
  await rm(keyFile(deps), { force: true });
  return kept !== undefined || filed !== undefined;
}
