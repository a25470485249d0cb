// What `scripts/build` defines into the binary; the fallbacks serve a run from source.
declare const MORTAR_VERSION: string | undefined;
declare const MORTAR_COMMIT: string | undefined;

export const buildInfo = {
  version: typeof MORTAR_VERSION === "string" ? MORTAR_VERSION : "0.0.0-source",
  commit: typeof MORTAR_COMMIT === "string" ? MORTAR_COMMIT : "source",
};
