// From the flags of a command to what Claude Desktop is to be told.
import { isAbsolute, posix, win32 } from "node:path";
import type { CommandContext } from "../../cli/context.ts";
import type { FlagValues } from "../../cli/spec.ts";
import { findHelper, linkHelper, ownHelper, packagedHelper } from "../../desktop/helper-place.ts";
import { readMemory } from "../../desktop/memory.ts";
import { makeWish, type MadeWish, type WishRequest } from "../../desktop/wish.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { Secret } from "../../platform/secret.ts";
import { findProxy } from "../../proxy/lifecycle/find.ts";
import { checkKeyText, ensureKey } from "../../proxy/lifecycle/local-key.ts";
import { rememberedPort } from "../../proxy/lifecycle/port.ts";
import { proxyLock } from "../../proxy/lifecycle/start-lock.ts";
import { chooseProfile } from "../agent/profile.ts";
import type { contentFlags } from "./flags.ts";

export interface ContentFlags extends FlagValues<typeof contentFlags> {
  readonly "for-pkg"?: boolean;
  readonly "databricks-cli-path"?: string | undefined;
  readonly "daemon-key"?: string | undefined;
}

export interface ContentRequest extends Pick<CommandContext, "deps" | "signal" | "build"> {
  readonly flags: ContentFlags;
  /** As given; the one of last time without it. */
  readonly profile: string | undefined;
}

/** Throws `usage` for flags that do not go together, `not_found` without a helper, and as `makeWish`. */
export async function madeContent(request: ContentRequest): Promise<MadeWish> {
  const { deps, flags, signal, build } = request;
  checkTogether(flags);
  const profile = request.profile ?? (await readMemory(deps)).profile ?? (await profileOf(deps, flags));
  const { way, note } = flags.daemon ? await daemonWay(request) : await helperWay(request);
  const { wish, notes } = await makeWish(deps, {
    profile,
    host: flags.host,
    way,
    models: flags.models,
    databricksCliPath: absolute("--databricks-cli-path", flags["databricks-cli-path"]),
    signedExtensionsOnly: !flags["allow-unsigned-extensions"],
    localServers: !flags["no-local-mcp"],
    version: build.version,
    signal,
  });
  return { wish, notes: note === undefined ? notes : [...notes, note] };
}

interface FoundWay {
  readonly way: WishRequest["way"];
  /** What the person should know of it. */
  readonly note?: string;
}

async function profileOf(deps: Deps, { host }: ContentFlags): Promise<string> {
  // For a workspace that this machine does not know, its own profiles say nothing.
  return host === undefined ? chooseProfile(deps, undefined) : "DEFAULT";
}

function checkTogether(flags: ContentFlags): void {
  const wrong = flags.daemon ? withHelper(flags) : withoutDaemon(flags);
  if (wrong !== undefined) throw new MortarError("usage", wrong);
}

function withHelper(flags: ContentFlags): string | undefined {
  const isWrong = flags["for-pkg"] === true || flags["binary-path"] !== undefined;
  return isWrong ? "With --daemon there is no credential helper: leave out --for-pkg and --binary-path" : undefined;
}

function withoutDaemon(flags: ContentFlags): string | undefined {
  const given = [
    ["otel", flags.otel],
    ["port", flags.port !== undefined],
    ["daemon-key", flags["daemon-key"] !== undefined],
  ] as const;
  const name = given.find(([, isGiven]) => isGiven)?.[0];
  return name === undefined ? undefined : `--${name} is for --daemon`;
}

async function daemonWay({ deps, flags, signal }: ContentRequest): Promise<FoundWay> {
  const running = await findProxy(deps, signal);
  const port = flags.port ?? running?.record.port ?? (await rememberedPort(deps));
  const scheme = running?.record.tls === undefined ? "http" : "https";
  const given = flags["daemon-key"];
  const way = {
    kind: "daemon",
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    key: await daemonKey(deps, given, signal),
    otel: flags.otel,
  } as const;
  // A key that was given is that of proxies elsewhere.
  if (running !== undefined || given !== undefined) return { way };
  return { way, note: "The proxy does not run. The app needs it at all times: mortar proxy install" };
}

async function daemonKey(deps: Deps, given: string | undefined, signal: AbortSignal): Promise<Secret> {
  if (given === undefined) return proxyLock(deps, signal, () => ensureKey(deps));
  const key = new Secret(given);
  checkKeyText(key);
  return key;
}

async function helperWay(request: ContentRequest): Promise<FoundWay> {
  const { flags } = request;
  const ttlSec = Math.max(1, Math.round(flags.ttl / 1_000));
  return { way: { kind: "helper", helper: await helperPath(request), ttlSec } };
}

/** A link of our own is made where this program has no second name yet. */
async function helperPath({ deps, flags }: ContentRequest): Promise<string> {
  const given = absolute("--binary-path", flags["binary-path"]);
  if (given !== undefined) return given;
  if (flags["for-pkg"] === true) return packagedHelper;
  return (await findHelper(deps)) ?? (flags["dry-run"] ? ownHelper(deps) : linkHelper(deps));
}

/** The path may be one of another system: that of the machines that a fleet has. */
function absolute(flag: string, path: string | undefined): string | undefined {
  if (path === undefined || path === "") return undefined;
  if (isAbsolute(path) || posix.isAbsolute(path) || isWindowsPath(path)) return path;
  throw new MortarError("usage", `${flag}: ${path} is not an absolute path`, {
    hint: "Give the whole path: Claude Desktop does not know where it was started.",
  });
}

/** `C:\bin\x`, `\\server\share\x` */
export function isWindowsPath(path: string): boolean {
  return win32.isAbsolute(path) && !posix.isAbsolute(path);
}
