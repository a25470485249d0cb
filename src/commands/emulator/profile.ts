// Writing the emulator as a profile of ~/.databrickscfg.
import { attributeNames } from "../../auth/attributes.ts";
import {
  configFilePath,
  editConfigFile,
  parseConfigFile,
  readConfigFile,
  settingsSection,
  type ConfigEdit,
  type Profiles,
} from "../../auth/config-file.ts";
import type { RunRecord } from "../../emulator/service/run-file.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";

/** Throws `already_exists` when the profile belongs to another workspace, `usage` when it is none. */
export async function checkProfile(deps: Deps, name: string): Promise<void> {
  requireOwn(name, parseConfigFile(await readConfigFile(deps)));
}

/**
 * Sets the profile to the emulator's host and token, and takes every other way of signing in out of it. Returns the
 * file's path. Throws what `checkProfile` throws, `config_invalid`, `io`.
 */
export async function writeProfile(deps: Deps, name: string, record: RunRecord, signal: AbortSignal): Promise<string> {
  const edit = (profiles: Profiles): readonly ConfigEdit[] => {
    requireOwn(name, profiles);
    const present = profiles.get(name);
    const cleared = attributeNames.filter((key) => present?.has(key) === true).map((key) => [key, undefined]);
    const changes = { ...Object.fromEntries(cleared), host: record.host, token: record.token.reveal() };
    return [{ section: name, changes }];
  };
  await editConfigFile(deps, edit, signal);
  return configFilePath(deps) ?? "~/.databrickscfg";
}

function requireOwn(name: string, profiles: Profiles): void {
  if (name === settingsSection) throw new MortarError("usage", `${name} cannot be a profile's name`);
  const host = profiles.get(name)?.get("host");
  if (host === undefined || host === "" || isLoopback(host)) return;
  throw new MortarError("already_exists", `The profile ${name} belongs to ${host}`, {
    hint: "Choose another name for the emulator's profile; nothing was changed.",
  });
}

function isLoopback(host: string): boolean {
  const url = host.includes("://") ? host : `https://${host}`;
  return URL.canParse(url) && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(url).hostname);
}
