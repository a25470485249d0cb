// What the agents are here: whether they are installed, and whether their shell can be kept within a project.
import type { Deps } from "../../platform/deps.ts";
import type { Engine, ShellMode } from "../agent/engine.ts";
import type { EngineInfo } from "../contract/api.ts";
import type { RunsParts } from "./parts.ts";

export interface Shells {
  modeOf(engine: Engine): Promise<ShellMode>;
  engines(): Promise<readonly EngineInfo[]>;
}

type Sandbox = Awaited<ReturnType<Engine["sandbox"]>>;

/** A program that a sandbox needs may be installed meanwhile. */
const keptMs = 60_000;

type ShellParts = Pick<RunsParts, "engines" | "isShared" | "shellOnOwnMachine">;

export function createShells(
  deps: Deps,
  { engines, isShared, shellOnOwnMachine = "unrestricted" }: ShellParts,
): Shells {
  const known = new Map<string, { readonly sandbox: Promise<Sandbox>; readonly askedMs: number }>();
  const sandboxOf = (engine: Engine): Promise<Sandbox> => {
    const kept = known.get(engine.name);
    const nowMs = deps.clock.now();
    if (kept !== undefined && nowMs - kept.askedMs < keptMs) return kept.sandbox;
    const sandbox = engine.sandbox(deps).catch(() => ({ available: false, reason: "The sandbox could not be tried" }));
    known.set(engine.name, { sandbox, askedMs: nowMs });
    return sandbox;
  };
  const modeFor = ({ available }: Sandbox): ShellMode => {
    if (available) return "sandboxed";
    return isShared ? "off" : shellOnOwnMachine;
  };
  return {
    modeOf: async (engine) => modeFor(await sandboxOf(engine)),
    engines: () =>
      Promise.all(
        engines.map(async (engine): Promise<EngineInfo> => {
          const { name, title, install, permissionModes } = engine;
          const found = await engine.find(deps);
          const sandbox = found === undefined ? undefined : await sandboxOf(engine);
          const isOn = sandbox !== undefined && modeFor(sandbox) !== "off";
          const reason = isOn ? null : (sandbox?.reason ?? `${title} is not installed`);
          return {
            name,
            title,
            version: found?.version ?? null,
            installed: found !== undefined,
            install,
            permission_modes: permissionModes,
            shell: { on: isOn, reason },
          };
        }),
      ),
  };
}
