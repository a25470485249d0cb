// `mortar config show`: all facts of all rooms, and what is wrong where there are none.
import type { Run } from "../../cli/context.ts";
import { errorBody, toMortarError, type MortarError } from "../../platform/errors.ts";
import { printable, redact } from "../../platform/log.ts";
import type { Fact, FactProvider, FactRequest } from "./facts.ts";
import { factProviders } from "./providers.ts";

export const run: Run = async ({ deps, profile, signal, build }) => {
  const request: FactRequest = { deps, profile, signal, build };
  const sections = await Promise.all(factProviders.map((provider) => collect(provider, request)));
  signal.throwIfAborted();
  const failed = sections.find(({ error }) => error !== undefined);
  return {
    data: Object.fromEntries(sections.map((section) => [section.provider.key, dataOf(section)])),
    text: `${sections.flatMap(textOf).join("\n")}`,
    ...(failed?.error === undefined ? {} : { exit: failed.error.exit }),
  };
};

interface Section {
  readonly provider: FactProvider;
  readonly facts: readonly Fact[];
  readonly error?: MortarError;
}

/** A room that cannot tell must not keep the others from it. */
async function collect(provider: FactProvider, request: FactRequest): Promise<Section> {
  try {
    return { provider, facts: await provider.collect(request) };
  } catch (thrown) {
    return { provider, facts: [], error: toMortarError(thrown) };
  }
}

function dataOf({ facts, error }: Section): unknown {
  const values = facts.map(({ key, value, from, note }) => [
    key,
    { value: value ?? null, source: from ?? null, ...(note === undefined ? {} : { note }) },
  ]);
  return { ...Object.fromEntries(values), ...(error === undefined ? {} : { error: errorBody(error) }) };
}

function textOf({ provider, facts, error }: Section): string[] {
  if (facts.length === 0 && error === undefined) return [];
  const width = Math.max(...facts.map(({ label }) => label.length), 0);
  const lines = facts.map(({ label, value, from, note }) => {
    const remarks = [...(from === undefined ? [] : [`from ${from}`]), ...(note === undefined ? [] : [note])];
    const said = remarks.length === 0 ? "" : `(${remarks.join("; ")})`;
    // Files and variables may hold what would draw on the terminal.
    return `  ${label.padEnd(width)}  ${printable(value ?? "-")}${said === "" ? "" : `  ${printable(said)}`}`;
  });
  const trouble = error === undefined ? [] : [`  error: ${redact(error.message)}`];
  const hint = error?.hint === undefined ? [] : [`  hint: ${redact(error.hint)}`];
  return [`${provider.title}:`, ...lines, ...trouble, ...hint, ""];
}
