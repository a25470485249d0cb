// What a session of Claude Code has used: it counts from the session's begin, a run wants its own part.
import { isObject } from "../../../platform/json.ts";
import type { Usage } from "../../contract/events.ts";

export interface ClaudeCount {
  readonly costUsd: number;
  /** Of all models that were asked, those of subagents included. */
  readonly usage: Usage;
}

export function countOf(cost: unknown, models: unknown): ClaudeCount {
  const all = isObject(models) ? Object.values(models).filter(isObject) : [];
  const sum = (field: string): number => all.reduce((total, one) => total + numberOf(one[field]), 0);
  const usage = {
    input_tokens: sum("inputTokens"),
    output_tokens: sum("outputTokens"),
    cache_read_tokens: sum("cacheReadInputTokens"),
    cache_write_tokens: sum("cacheCreationInputTokens"),
  };
  return { costUsd: numberOf(cost), usage };
}

/** What came since; all of it where the program has begun to count anew. */
export function countSince(now: ClaudeCount, before: ClaudeCount): ClaudeCount {
  const fields = ["input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"] as const;
  const isAnew = now.costUsd < before.costUsd || fields.some((field) => now.usage[field] < before.usage[field]);
  if (isAnew) return now;
  const [input, output, read, write] = fields.map((field) => now.usage[field] - before.usage[field]);
  return {
    costUsd: now.costUsd - before.costUsd,
    usage: {
      input_tokens: input ?? 0,
      output_tokens: output ?? 0,
      cache_read_tokens: read ?? 0,
      cache_write_tokens: write ?? 0,
    },
  };
}

export function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
