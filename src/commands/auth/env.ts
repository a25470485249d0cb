// `mortar auth env`: the sign-in as variables, for a program that reads them.
import { openCredentials } from "../../auth/credentials.ts";
import type { Run } from "../../cli/context.ts";
import type { envFlags } from "./flags.ts";
import { targetOf } from "./words.ts";

export const run: Run<typeof envFlags> = async (context) => {
  const { deps, flags, signal } = context;
  const credentials = await openCredentials(deps, { ...targetOf(context, flags.host), signal });
  const base = {
    DATABRICKS_HOST: credentials.host,
    ...(credentials.workspaceId === undefined ? {} : { DATABRICKS_WORKSPACE_ID: credentials.workspaceId }),
  };
  const named = credentials.profile === undefined ? {} : { DATABRICKS_CONFIG_PROFILE: credentials.profile };
  const variables: Record<string, string> = flags["no-token"]
    ? { ...base, ...named }
    : {
        ...base,
        DATABRICKS_AUTH_TYPE: "pat",
        DATABRICKS_TOKEN: (await credentials.token({ signal })).accessToken.reveal(),
      };
  const shown = deps.stdout.isTTY && !flags["no-token"] ? { ...variables, DATABRICKS_TOKEN: "***" } : variables;
  if (shown !== variables) deps.log.info('The token is hidden on a terminal: use eval "$(mortar auth env)".');
  const lines = Object.entries(shown).map(([name, value]) => line(flags.shell, name, value));
  return { data: { env: shown }, text: `${lines.join("\n")}\n` };
};

function line(shell: string, name: string, value: string): string {
  if (shell === "fish") return `set -gx ${name} '${value.replace(/[\\']/g, "\\$&")}'`;
  if (shell === "powershell") return `$env:${name} = '${value.replaceAll("'", "''")}'`;
  const quoted = `'${value.replaceAll("'", `'\\''`)}'`;
  return shell === "dotenv" ? `${name}=${quoted}` : `export ${name}=${quoted}`;
}
