// The proxy as a service of this machine: put there, taken back, and looked at.
import { readFile, rm } from "node:fs/promises";
import type { Deps } from "../../../platform/deps.ts";
import { MortarError } from "../../../platform/errors.ts";
import { errnoOf, writeAtomic } from "../../../platform/files.ts";
import { findProxy, type FoundProxy } from "../find.ts";
import { serviceManager, type ServiceManager } from "./managers.ts";
import { checkSpec, mark, type ServiceSpec } from "./spec.ts";

const healthyMs = 30_000;
const pollMs = 50;

export interface InstalledService {
  readonly file: string;
  readonly manager: string;
  readonly proxy: FoundProxy;
}

/** What would be written, and where: for a look before. */
export function plannedService(deps: Deps, spec: ServiceSpec): { readonly file: string; readonly content: string } {
  checkSpec(spec);
  const { file, content } = serviceManager(deps);
  const written = content(spec);
  return { file, content: typeof written === "string" ? written : Buffer.from(written).toString("utf16le") };
}

/**
 * Writes the service, starts it and waits until it answers. One of before is replaced. Throws `unsupported` where there is
 * no service manager, `already_exists` for a file that is not ours, `unavailable` where it does not come up, `io`.
 */
export async function installService(deps: Deps, spec: ServiceSpec, signal: AbortSignal): Promise<InstalledService> {
  checkSpec(spec);
  const manager = serviceManager(deps);
  await manager.check(signal);
  if ((await ownerOf(manager.file)) === "other") throw foreign(manager, "already_exists");
  const before = await findProxy(deps, signal);
  // It may hold the password of a company's proxy.
  await writeAtomic(manager.file, manager.content(spec), { mode: 0o600 });
  await manager.start(signal);
  const proxy = await untilHealthy(deps, manager, { before, signal });
  return { file: manager.file, manager: manager.title, proxy };
}

/** Takes back what `installService` did. undefined where there is nothing. Throws `already_exists` for a file not ours, `io`. */
export async function uninstallService(deps: Deps, signal: AbortSignal): Promise<string | undefined> {
  const manager = serviceManager(deps);
  const owner = await ownerOf(manager.file);
  if (owner === "nobody") return undefined;
  if (owner === "other") throw foreign(manager, "already_exists");
  await manager.stop(signal);
  await rm(manager.file, { force: true });
  await manager.forget(signal);
  return manager.file;
}

/** The file of the service; undefined where there is none of ours. Asks no service manager. */
export async function serviceFile(deps: Deps): Promise<string | undefined> {
  if (deps.os !== "win32" && deps.paths.home === undefined) return undefined;
  const { file } = serviceManager(deps);
  return (await ownerOf(file)) === "us" ? file : undefined;
}

async function ownerOf(file: string): Promise<"us" | "other" | "nobody"> {
  try {
    const bytes = await readFile(file);
    return [bytes.toString("utf8"), bytes.toString("utf16le")].some((text) => text.includes(mark)) ? "us" : "other";
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT" || errnoOf(thrown) === "ENOTDIR") return "nobody";
    throw new MortarError("io", `Cannot read ${file}: ${errnoOf(thrown) ?? String(thrown)}`, { cause: thrown });
  }
}

function foreign({ file }: ServiceManager, code: "already_exists"): MortarError {
  return new MortarError(code, `${file} is there, and mortar has not written it`, {
    hint: "Look at it, and move it away if nothing needs it.",
  });
}

interface Waiting {
  readonly before: FoundProxy | undefined;
  readonly signal: AbortSignal;
}

async function untilHealthy(deps: Deps, manager: ServiceManager, { before, signal }: Waiting): Promise<FoundProxy> {
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const found = await findProxy(deps, signal);
    if (found?.record.kind === "service" && found.record.pid !== before?.record.pid) return found;
    if (waitedMs >= healthyMs) {
      throw new MortarError("unavailable", `${manager.title} has the service, and it does not answer`, {
        hint: `See what became of it with: ${manager.inspect}`,
      });
    }
    await deps.clock.sleep(pollMs, signal);
  }
}
