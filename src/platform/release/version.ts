// Version numbers of releases, and whether one replaces another.
import { MortarError } from "../errors.ts";

const shape = /^(?:0|[1-9]\d{0,8})\.(?:0|[1-9]\d{0,8})\.(?:0|[1-9]\d{0,8})(?:-[0-9A-Za-z.-]{1,64})?$/;

/** The version in `text`, without a leading `v`; undefined when it is none (semver.org 2.0.0, without build metadata). */
export function parseVersion(text: string): string | undefined {
  const bare = text.replace(/^v/, "");
  return shape.test(bare) ? bare : undefined;
}

/** The version in `text`. Throws `usage`, naming `label`, when it is none. */
export function requireVersion(label: string, text: string): string {
  const version = parseVersion(text);
  if (version !== undefined) return version;
  throw new MortarError("usage", `${label}: ${JSON.stringify(text.slice(0, 80))} is not a version such as 1.2.3`);
}

export function isPrerelease(version: string): boolean {
  return version.includes("-");
}

/** Whether `latest` should replace `current`: it is newer, and no test version unless this is one already. */
export function isUpdate(current: string, latest: string): boolean {
  if (isPrerelease(latest) && !isPrerelease(current)) return false;
  return Bun.semver.order(current, latest) < 0;
}
