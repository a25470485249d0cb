// `mortar auth status`: who, where, how, until when.
import { authStatus, type AuthStatus, type ConfigValue } from "../../auth/status.ts";
import type { Run } from "../../cli/context.ts";
import { redact } from "../../platform/log.ts";
import type { statusFlags } from "./flags.ts";
import { isoOf, relative, storageWords, targetOf } from "./words.ts";

export const run: Run<typeof statusFlags> = async (context) => {
  const { deps, flags, signal } = context;
  const status = await authStatus(deps, { ...targetOf(context, flags.host), signal });
  return { data: dataOf(status), text: textOf(status, deps.clock.now()), exit: status.exit };
};

function dataOf(status: AuthStatus): unknown {
  return {
    status: status.signedIn ? "success" : "error",
    host: status.host ?? null,
    profile: status.profile ?? null,
    auth_type: status.authType ?? null,
    username: status.user ?? null,
    workspace_id: status.workspaceId ?? null,
    expires_at: isoOf(status.expiresAtMs) ?? null,
    refresh_token_in: status.storage ?? null,
    configuration: Object.fromEntries(
      status.values.map(({ name, value, source }) => [
        name,
        { value, source: { type: source.kind, name: source.name } },
      ]),
    ),
    ...(status.error === undefined ? {} : { error: status.error }),
  };
}

function textOf(status: AuthStatus, nowMs: number): string {
  const expiry = isoOf(status.expiresAtMs);
  const rows: [string, string | undefined][] = [
    ["Host", status.host],
    ["User", status.user],
    ["Profile", status.profile],
    ["Signed in by", status.authType],
    ["Workspace id", status.workspaceId],
    ["Token ends", expiry === undefined ? undefined : `${expiry} (${relative(status.expiresAtMs ?? 0, nowMs)})`],
    ["Refresh token in", status.storage === undefined ? undefined : storageWords[status.storage]],
  ];
  const head = status.signedIn ? "Signed in" : "Not signed in";
  const known = rows.flatMap(([label, value]) => (value === undefined ? [] : [`  ${`${label}:`.padEnd(18)}${value}`]));
  const trouble = status.error === undefined ? [] : ["", ...errorLines(status.error)];
  const values = status.values.length === 0 ? [] : ["", "Configuration:", ...status.values.map(valueLine)];
  return `${[head, ...known, ...trouble, ...values].join("\n")}\n`;
}

function errorLines({ message, hint }: NonNullable<AuthStatus["error"]>): string[] {
  return [`error: ${redact(message)}`, ...(hint === undefined ? [] : [`hint: ${redact(hint)}`])];
}

function valueLine({ name, value, source }: ConfigValue): string {
  const from = {
    option: source.name === "" ? "an option" : source.name,
    environment: source.name,
    file: source.name,
    bundle: `${source.name}, which is for its host`,
    host: "the host's address",
    metadata: "the host itself",
  }[source.kind];
  return `  ${name} = ${value}  (from ${from})`;
}
