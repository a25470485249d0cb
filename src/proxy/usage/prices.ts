// What tokens cost, about: the providers' list prices. What a workspace is billed is in system.billing, and may differ.
import { isObject } from "../../platform/json.ts";
import type { Counts } from "./counts.ts";

/** US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** For five minutes; a cache that is kept for an hour costs more. */
  readonly cacheWrite: number;
}

export const pricesAsOf = "2026-11-21";

/** Anthropic's rule, platform.claude.com "Pricing": writing is 1.25 x input, reading a tenth unless named. */
function claude(input: number, output: number, read = 0.1): Price {
  return { input, output, cacheRead: input * read, cacheWrite: input * 1.25 };
}

/** OpenAI's rule, platform.openai.com "Pricing": cached input is a tenth, and writing costs nothing more. */
function openai(input: number, output: number): Price {
  return { input, output, cacheRead: input * 0.1, cacheWrite: input };
}

// By the name without a prefix; the first that fits. A model that is not here has no price, and is shown without.
const listPrices: readonly (readonly [RegExp, Price])[] = [
  [/^claude-fable-5-1/, claude(10, 50, 0.025)],
  [/^claude-fable-5/, claude(10, 50)],
  [/^claude-opus-5-5/, claude(4, 20, 0.05)],
  [/^claude-opus-(?:5|4-[5-8])(?!\d)/, claude(5, 25)],
  [/^claude-opus-4(?:-[01])?(?!-?\d)/, claude(15, 75)],
  [/^claude-sonnet-5-5/, claude(2, 10, 0.05)],
  [/^claude-sonnet-5(?!-?\d)/, claude(2, 10)],
  [/^claude-(?:sonnet-4|3-7-sonnet|3-5-sonnet)/, claude(3, 15)],
  // Prompts of more than 100,000 tokens cost more, which a sum of tokens does not show.
  [/^claude-haiku-5-5/, claude(0.1, 0.5)],
  [/^claude-haiku-4-5/, claude(1, 5)],
  [/^gpt-5-5(?!-?\w)/, openai(5, 30)],
  [/^gpt-5-4-mini/, openai(0.75, 4.5)],
  [/^gpt-5-4-nano/, openai(0.2, 1.25)],
  [/^gpt-5-4(?!-?\w)/, openai(2.5, 15)],
  [/^gpt-5-[23](?:-codex)?$/, openai(1.75, 14)],
  [/^gpt-5(?:-1)?(?:-codex(?:-max)?)?$/, openai(1.25, 10)],
];

/** The price of a model, by its name with or without the workspace's prefix; undefined where none is known. */
export function priceOf(model: string, own: ReadonlyMap<string, Price> = new Map()): Price | undefined {
  const chosen = own.get(model);
  if (chosen !== undefined) return chosen;
  const bare = model.replace(/^(?:system\.ai\.|databricks-)/, "").replaceAll(".", "-");
  return own.get(bare) ?? listPrices.find(([pattern]) => pattern.test(bare))?.[1];
}

/** US dollars. */
export function costOf(counts: Counts, price: Price): number {
  const { input, output, cacheRead, cacheWrite } = counts;
  const millionths =
    input * price.input + output * price.output + cacheRead * price.cacheRead + cacheWrite * price.cacheWrite;
  return millionths / 1_000_000;
}

/**
 * Prices of the person's own, from the settings: `{"MODEL": {"input": 2, "output": 10, "cacheRead": 0.2, "cacheWrite": 2.5}}`
 * in dollars a million tokens. Without the last two, they are as for Anthropic's models. What is no price is left out.
 */
export function ownPrices(settings: unknown): ReadonlyMap<string, Price> {
  if (!isObject(settings)) return new Map();
  return new Map(
    Object.entries(settings).flatMap(([model, value]) => {
      if (!isObject(value)) return [];
      const { input, output, cacheRead, cacheWrite } = value;
      if (!isPrice(input) || !isPrice(output)) return [];
      const usual = claude(input, output);
      const price = {
        ...usual,
        ...(isPrice(cacheRead) ? { cacheRead } : {}),
        ...(isPrice(cacheWrite) ? { cacheWrite } : {}),
      };
      return [[model, price] as const];
    }),
  );
}

function isPrice(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
