// Version numbers of releases, and whether one replaces another.

const shape = /^(?:0|[1-9]\d{0,8})\.(?:0|[1-9]\d{0,8})\.(?:0|[1-9]\d{0,8})(?:-[0-9A-Za-z.-]{1,64})?$/;

/** The version in `text`, without a leading `v`; undefined when it is none (semver.org 2.0.0, without build metadata). */
export function parseVersion(text: string): string | undefined {
  const bare = text.replace(/^v/, "");
  return shape.test(bare) ? bare : undefined;
}

function isPrerelease(version: string): boolean {
  return version.includes("-");
}

/** Whether `latest` should replace `current`: it is newer, and no test version unless this is one already. */
export function isUpdate(current: string, latest: string): boolean {
  if (isPrerelease(latest) && !isPrerelease(current)) return false;
  return Bun.semver.order(current, latest) < 0;
}
