// Which profiles are for a host.
import { parseConfigFile, profileNames, type ConfigFile } from "./config-file.ts";
import { normaliseHost } from "./host.ts";

/** The profiles whose host is this one. */
export function profilesOfHost(file: ConfigFile, host: string): string[] {
  const profiles = parseConfigFile(file);
  return profileNames(profiles).filter((name) => {
    const own = profiles.get(name)?.get("host");
    return own !== undefined && own !== "" && isHost(own, host);
  });
}

/** Whether the words mean this host. A broken one that this command does not use is not its matter. */
export function isHost(words: string, host: string): boolean {
  try {
    return normaliseHost(words).host === host;
  } catch {
    return false;
  }
}
