// Where the proxy keeps what it needs to be found again: its record, its key, the leases, the log.
import { join } from "node:path";
import type { Deps } from "../../platform/deps.ts";

type PlaceDeps = Pick<Deps, "paths">;

/** Where a running proxy says what it is. */
export function recordFile({ paths }: PlaceDeps): string {
  return join(paths.run, "proxy.json");
}

/** A file for each session that uses the proxy. */
export function leaseFolder({ paths }: PlaceDeps): string {
  return join(paths.run, "proxy-leases");
}

/** The local key: what agents have in their settings, so it survives. */
export function keyFile({ paths }: PlaceDeps): string {
  return join(paths.data, "proxy-key");
}

/** A key that was given for one run of the proxy: in the place of the other as long as this one lasts. */
export function runKeyFile({ paths }: PlaceDeps): string {
  return join(paths.run, "proxy-key");
}

export function defaultLogFile({ paths }: PlaceDeps): string {
  return join(paths.data, "logs", "proxy.log");
}

/** Who is just starting in the background, and not on record yet. */
export function startingFile({ paths }: Pick<Deps, "paths">): string {
  return join(paths.run, "proxy-starting");
}

/** What a proxy in the background prints before its log is open. */
export function outputFile({ paths }: PlaceDeps): string {
  return join(paths.run, "proxy.out");
}
