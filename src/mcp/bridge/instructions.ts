// What the bridge says of itself to the model: which servers it has, what each says of itself, which are away.
import { printable } from "../../platform/log.ts";
import type { Upstream } from "./upstream.ts";

/** Hosts cut instructions at 2 KB. */
const mostChars = 2_000;

export function bridgeInstructions(host: string, upstreams: readonly Upstream[]): string {
  const away = upstreams.filter((one) => one.failure() !== undefined);
  const head = [
    `Tools of MCP servers of the Databricks workspace ${host}: ${upstreams.map(({ word }) => word).join(", ")}.`,
    ...away.map(({ word, failure }) => `${word} is away now and has no tools here: ${failure()?.message ?? ""}`),
  ].map((line) => cut(printable(line), 400));
  const said = upstreams.flatMap(({ word, instructions }) => {
    const own = instructions()?.trim() ?? "";
    return own === "" ? [] : [{ word, own }];
  });
  const left = mostChars - head.join("\n").length;
  // What each says of itself gets the same room; who needs less leaves it to the rest.
  const bySize = said.toSorted((one, other) => one.own.length - other.own.length);
  const room = new Map<string, number>();
  let free = left;
  for (const [index, { word, own }] of bySize.entries()) {
    const share = Math.max(0, Math.floor(free / (bySize.length - index)) - word.length - 3);
    const taken = Math.min(share, own.length);
    room.set(word, taken);
    free -= taken + word.length + 3;
  }
  const parts = said.map(({ word, own }) => `${word}: ${cut(own, room.get(word) ?? 0)}`);
  return [...head, ...parts].join("\n").slice(0, mostChars);
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 3))}...`;
}
