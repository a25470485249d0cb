// What the build knows of releases, as the update room wants it.
import { buildInfo, releaseInfo } from "../../build-info.ts";
import type { Deps } from "../../platform/deps.ts";
import { detectInstall, type Install } from "../../platform/release/install-method.ts";
import { parsePublicKey, type PublicKey } from "../../platform/release/minisign.ts";
import { isTarget, type Target } from "../../platform/release/targets.ts";

export interface ReleaseFacts {
  readonly version: string;
  readonly target: Target | undefined;
  /** Keys that may sign releases. They come from the build alone: no flag and no variable can add one. */
  readonly keys: readonly PublicKey[];
  readonly repository: string | undefined;
}

export function releaseFacts(): ReleaseFacts {
  const { target, keys, repository } = releaseInfo;
  return {
    version: buildInfo.version,
    target: isTarget(target) ? target : undefined,
    keys: keys === "" ? [] : keys.split(",").map(parsePublicKey),
    repository: repository === "" ? undefined : repository,
  };
}

/** How the running program was installed. */
export function ownInstall({ os, env }: Pick<Deps, "os" | "env">): Promise<Install> {
  return detectInstall({ os, env, isReleased: releaseInfo.keys !== "" });
}
