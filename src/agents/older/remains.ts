// Everything that the programs before this one have left, by what it belongs to.
import { devKitRemains } from "./dev-kit.ts";
import { fmapiRemains } from "./fmapi.ts";
import { launcherHooks, launcherService, launcherState } from "./launchers.ts";
import { launcherManaged } from "./managed.ts";
import type { FindRemains, OlderLook, OlderRemain } from "./remain.ts";

export const olderKinds = ["hooks", "service", "managed", "fmapi", "ai-dev-kit", "state"] as const;
export type OlderKind = (typeof olderKinds)[number];

const finders: Readonly<Record<OlderKind, FindRemains>> = {
  hooks: launcherHooks,
  service: launcherService,
  managed: launcherManaged,
  fmapi: fmapiRemains,
  "ai-dev-kit": devKitRemains,
  state: launcherState,
};

/** What is there of one kind. Reads only. */
export function remainsOf(kind: OlderKind, look: OlderLook): Promise<readonly OlderRemain[]> {
  return finders[kind](look);
}

/** What is there of every kind, in the order in which it is taken away. Reads only. */
export async function findRemains(look: OlderLook): Promise<readonly OlderRemain[]> {
  const found = await Promise.all(olderKinds.map((kind) => remainsOf(kind, look)));
  return found.flat();
}
