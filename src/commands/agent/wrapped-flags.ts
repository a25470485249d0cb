// Short forms to write down what a wrapped program takes.
import type { ListFlag, SwitchFlag, ValueFlag, ValueKind } from "../../cli/spec.ts";

interface More {
  readonly short?: string;
  readonly choices?: readonly string[];
  readonly aliases?: readonly string[];
}

export function on(description: string, more: Pick<More, "short" | "aliases"> = {}): SwitchFlag {
  return { kind: "switch", description, ...more };
}

export function value(
  description: string,
  placeholder: string,
  more: More & { readonly kind?: ValueKind } = {},
): ValueFlag {
  return { kind: "string", description, placeholder, ...more };
}

/** A flag that takes several words, or that may be repeated. */
export function many(
  description: string,
  placeholder: string,
  more: More & { readonly of?: ValueKind } = {},
): ListFlag {
  return { kind: "list", of: "string", description, placeholder, ...more };
}
