// `mortar config otel disable`: which signals are no longer sent.
import type { Run } from "../../cli/context.ts";
import { otelState, readOtel, signals, updateOtel } from "../../proxy/otel/signals.ts";
import type { otelDisableFlags } from "./otel-flags.ts";
import { otelResult } from "./otel-words.ts";

export const run: Run<typeof otelDisableFlags> = async ({ deps, flags }) => {
  const named = signals.filter((signal) => flags[signal]);
  const before = await readOtel(deps);
  const off = named.length === 0 ? signals : named;
  const changes = Object.fromEntries(off.map((signal) => [signal, { enabled: false }]));
  const state = flags["dry-run"]
    ? otelState({
        ...before,
        ...Object.fromEntries(off.map((signal) => [signal, { ...before[signal], enabled: false }])),
      })
    : await updateOtel(deps, changes);
  return otelResult(state, flags["dry-run"] ? "Nothing was changed." : undefined);
};
