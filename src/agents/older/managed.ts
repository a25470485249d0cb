// What an administrator has rolled out for databricks-claude. Our own payload has the same domain, and names its workspace.
import { join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { fleetDomain, fleetPolicyKey, managedText, readFleetSettings } from "../../platform/managed/managed.ts";
import type { FindRemains, OlderRemain } from "./remain.ts";

const step =
  "Have whoever manages this machine roll out the next one: mortar desktop generate-config makes it. Until then the credential helper goes by this one.";

export const launcherManaged: FindRemains = async ({ deps }) => {
  const older = (await readFleetSettings(deps)).filter(({ values }) => typeof values["databricksHost"] !== "string");
  return older.map((one): OlderRemain => {
    const profile = managedText([one], "databricksProfile");
    const seen = `${one.source} is set${profile === undefined ? "" : `, and names the profile ${profile}`}`;
    const words = ownWords(one.source);
    if (words === undefined) return { seen, step };
    const apply = async (): Promise<void> => {
      const options = { env: deps.env, timeoutMs: 8_000, maxOutputBytes: 100_000 };
      const ran = await deps.run(words, options);
      if (ran.exitCode !== 0) throw new MortarError("io", `${words[0]} did not delete ${one.source}`);
    };
    return { seen, removal: { title: `Delete ${one.source}`, apply } };
  });

  /** How a person's own settings of that domain go; undefined for those of an administrator. */
  function ownWords(source: string): readonly [string, ...string[]] | undefined {
    const { home } = deps.paths;
    const isOwnFile = home !== undefined && source === join(home, "Library", "Preferences", `${fleetDomain}.plist`);
    // The system keeps preferences in memory: deleting the file alone would bring them back.
    if (isOwnFile) return ["/usr/bin/defaults", "delete", fleetDomain];
    return source === `HKCU\\${fleetPolicyKey}` ? ["reg", "delete", source, "/f"] : undefined;
  }
};
