// What `scripts/build` and `scripts/release` define into the binary; the fallbacks serve a run from source.
declare const MORTAR_VERSION: string | undefined;
declare const MORTAR_COMMIT: string | undefined;
declare const MORTAR_TARGET: string | undefined;
declare const MORTAR_RELEASE_KEYS: string | undefined;
declare const MORTAR_REPOSITORY: string | undefined;

export const buildInfo = {
  version: typeof MORTAR_VERSION === "string" ? MORTAR_VERSION : "0.0.0-source",
  commit: typeof MORTAR_COMMIT === "string" ? MORTAR_COMMIT : "source",
};

/** What only a release defines: without it there is nothing to update from, and nothing to check it by. */
export const releaseInfo = {
  /** The machine that the binary was made for, such as `linux-x64-musl`. */
  target: typeof MORTAR_TARGET === "string" ? MORTAR_TARGET : "",
  /** Minisign public keys, separated by commas, of which one signs each release. */
  keys: typeof MORTAR_RELEASE_KEYS === "string" ? MORTAR_RELEASE_KEYS : "",
  /** `owner/name` on GitHub. */
  repository: typeof MORTAR_REPOSITORY === "string" ? MORTAR_REPOSITORY : "",
};
