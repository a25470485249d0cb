// The port: 49153 until another one was taken, and then that one, since agents' settings name it.
import type { Deps } from "../../platform/deps.ts";
import { managedPort, readFleetSettings } from "../../platform/managed/managed.ts";
import { readSettings, updateSettings } from "../../platform/settings.ts";
import { defaultPort } from "./older-ports.ts";

type PortDeps = Pick<Deps, "paths" | "clock" | "log">;

const section = "proxy";

/** The port that the proxy had last. */
export async function rememberedPort(deps: PortDeps): Promise<number> {
  const { port } = await readSettings(deps, section);
  return typeof port === "number" && Number.isInteger(port) && port > 0 && port <= 65_535 ? port : defaultPort;
}

/** The port that an administrator's configuration of Claude Desktop names, where this machine's proxy had none yet. */
export async function fleetPort(deps: Deps): Promise<number | undefined> {
  if ("port" in (await readSettings(deps, section))) return undefined;
  return managedPort(await readFleetSettings(deps));
}

/** Throws `io`, `timeout`. */
export async function rememberPort(deps: PortDeps, port: number): Promise<void> {
  if ((await rememberedPort(deps)) === port) return;
  await updateSettings(deps, section, (present) => ({ ...present, port }));
}

/** Where to look for another one: near the usual one, beside the older tools' and macOS' own (49155). */
export const otherPorts: readonly number[] = Array.from({ length: 100 }, (_, index) => 49_157 + index);

/** The profile that requests without one are for. Throws `io`, `timeout`. */
export async function rememberProfile(deps: PortDeps, profile: string): Promise<void> {
  await updateSettings(deps, section, (present) =>
    present["profile"] === profile ? undefined : { ...present, profile },
  );
}
