// `mortar mcp serve --http`: the server on a port, with a key of its own or as each of its callers.
import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { callerCredentials } from "../../auth/caller-token.ts";
import { openCredentials } from "../../auth/credentials.ts";
import { isLoopback } from "../../auth/host.ts";
import type { CommandContext } from "../../cli/context.ts";
import { renderResult } from "../../cli/render.ts";
import { serveHttp } from "../../mcp/http/serve-http.ts";
import { MortarError } from "../../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { isAlive } from "../../platform/process.ts";
import { isTokenText, Secret } from "../../platform/secret.ts";
import { createWorkspaceSource } from "../../tools/open-workspace.ts";
import type { Selection } from "../../tools/selection.ts";
import { createWorkspace } from "../../workspace/workspace.ts";
import { selectionOf, termsFor } from "../tool/wish.ts";
import type { serveFlags } from "./table.ts";

type Context = CommandContext<typeof serveFlags>;

/** Where Databricks Apps put the token of the person who calls an app. */
const forwardedHeader = "x-forwarded-access-token";

/** Serves until `signal` fires. Throws `usage` for flags that do not go together, and what `serveHttp` throws. */
export async function serveOverHttp(context: Context): Promise<void> {
  const { flags } = context;
  checkFlags(flags);
  const asCaller = flags.auth === "caller" || isForwarded(flags);
  const parts = asCaller ? await callersParts(context) : await ownParts(context);
  const key = asCaller ? undefined : await ownKey(context);
  try {
    await serveWith(context, { parts, key });
  } finally {
    if (key?.isMade === true) await rm(key.file, { force: true });
  }
}

interface Serving {
  readonly parts: Awaited<ReturnType<typeof ownParts>> | Awaited<ReturnType<typeof callersParts>>;
  /** Undefined where callers bring tokens of their own. */
  readonly key: OwnKey | undefined;
}

async function serveWith(context: Context, { parts, key }: Serving): Promise<void> {
  const { deps, flags, build, signal, json } = context;
  const isApp = flags["behind-databricks-apps"];
  const own = ["127.0.0.1", "localhost", "::1", ...(flags["allowed-host"] ?? []).map((name) => name.toLowerCase())];
  const server = serveHttp({
    deps,
    version: build.version,
    ...parts,
    admission: {
      // Who reaches an app has been let in by the platform, under whatever name.
      hosts: isApp ? undefined : own,
      origins: flags["allowed-origin"] ?? [],
      key: key?.secret,
      forwarded: isForwarded(flags) ? forwardedHeader : undefined,
    },
    ...(isApp ? appPlace(deps.env) : { address: flags.listen, port: flags.port }),
    // The platform in front of an app signs its callers in.
    ...(isApp ? { workspaceHost: undefined } : {}),
  });
  try {
    const data = { url: server.url, auth: key === undefined ? "caller" : "key", key_file: key?.file ?? null };
    deps.stdout.write(renderResult({ data, text: words(server.url, key?.file) }, json));
    await new Promise<void>((done) => {
      if (signal.aborted) done();
      signal.addEventListener("abort", () => done(), { once: true });
    });
  } finally {
    await server.close();
  }
}

function isForwarded(flags: Context["flags"]): boolean {
  return flags["trust-forwarded-token"] || flags["behind-databricks-apps"];
}

/** Where the platform looks for the app (docs.databricks.com/dev-tools/databricks-apps/app-runtime). */
function appPlace(env: Context["deps"]["env"]): { readonly address: string; readonly port: number } {
  const text = env["DATABRICKS_APP_PORT"] ?? "";
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port > 0 && port < 65_536) return { address: "0.0.0.0", port };
  throw new MortarError("usage", "DATABRICKS_APP_PORT names no port, so this is no app on Databricks Apps", {
    hint: "Elsewhere use --http: a forwarded token is to be trusted only where nobody but the platform can send one.",
  });
}

function words(url: string, keyFile: string | undefined): string {
  const proof = keyFile === undefined ? "the caller's own token of the workspace" : `the key in ${keyFile}`;
  return `MCP is served at ${url}. Ctrl-C stops it.\nEach request needs Authorization: Bearer with ${proof}.\n`;
}

/** Everybody who knows the key acts as the profile's owner. */
async function ownParts({ deps, flags, profile, build, signal }: Context) {
  const through = ["mcp", "http"] as const;
  const source = createWorkspaceSource({ deps, profile, version: build.version, through, signal });
  return { selection: selectionOf(flags, await termsFor(deps, flags)), open: () => source, workspaceHost: undefined };
}

/** Each acts as himself. Our own sign-in says which workspace it is, and does nothing else. */
async function callersParts({ deps, flags, profile, build, signal }: Context) {
  const { host } = await openCredentials(deps, { profile, signal });
  const open = (proof: string) => {
    const credentials = callerCredentials(host, new Secret(proof));
    const userAgent = { version: build.version, extra: [["mcp", "http"] as const] };
    const workspace = createWorkspace({ deps, credentials, userAgent });
    return { open: () => Promise.resolve(workspace), forget: () => undefined, handedOn: true };
  };
  const selection = selectionOf(flags, await termsFor(deps, flags));
  return { selection: withoutLocalFiles(selection), open, workspaceHost: host };
}

/** The files of this machine are not the callers'. */
function withoutLocalFiles(selection: Selection): Selection {
  return { ...selection, entries: selection.entries.filter(({ local }) => !local) };
}

interface OwnKey {
  readonly secret: Secret;
  readonly file: string;
  /** For this run alone. */
  readonly isMade: boolean;
}

async function ownKey({ deps, flags }: Context): Promise<OwnKey> {
  const named = flags["key-file"];
  if (named !== undefined) {
    const file = resolve(deps.cwd, named);
    const text = (await readTextIfPresent(file))?.trim();
    if (text === undefined) throw new MortarError("not_found", `--key-file: there is no file ${file}`);
    if (!isTokenText(text) || text.length < 16) {
      throw new MortarError("invalid_input", `--key-file: ${file} holds no key`, {
        hint: "One line of at least 16 characters without spaces, such as `openssl rand -hex 32` prints.",
      });
    }
    return { secret: new Secret(text), file, isMade: false };
  }
  const secret = randomBytes(32).toString("base64url");
  await removeLeftKeys(deps.paths.run);
  const file = join(deps.paths.run, `mcp-http-${process.pid}.key`);
  await writeAtomic(file, `${secret}\n`, { mode: 0o600, forceMode: true });
  return { secret: new Secret(secret), file, isMade: true };
}

/** Keys of servers that were killed before they could take theirs away. They open nothing any more. */
async function removeLeftKeys(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = Number(/^mcp-http-(\d+)\.key$/.exec(name)?.[1] ?? process.pid);
    if (!isAlive(pid)) await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

function checkFlags(flags: Context["flags"]): void {
  const isOpen = !isLoopback(new URL(`http://${flags.listen.includes(":") ? `[${flags.listen}]` : flags.listen}`));
  if (isOpen && (flags["allowed-host"] ?? []).length === 0) {
    throw new MortarError("usage", `--listen ${flags.listen} is open to other machines`, {
      hint: "Say under which names it answers: --allowed-host mcp.example.com. TLS belongs in front of it.",
    });
  }
  if (flags["trust-forwarded-token"] && flags["key-file"] !== undefined) {
    throw new MortarError("usage", "--trust-forwarded-token and --key-file do not go together", {
      hint: "With a forwarded token each caller acts as himself; no key is asked for.",
    });
  }
}
