// What a call writes, as far as it is known before it runs: protected catalogs, schemas and paths are kept by it.
import { absolutePath } from "./paths.ts";
import type { ToolContext } from "./define.ts";

export type Target =
  /** Catalog, schema, object, and what is in it. A part that is not known is undefined: it may be any. */
  | { readonly kind: "securable"; readonly name: readonly (string | undefined)[] }
  /** An absolute path of the workspace, of a volume or of storage, and all below it. */
  | { readonly kind: "path"; readonly path: string }
  /** It may write anywhere: `why` goes on after "it may write anywhere: ". */
  | { readonly kind: "anywhere"; readonly why: string };

/**
 * Something of Unity Catalog, by its parts or by its dotted name: securable("main.shop.fruit"), securable(catalog, schema).
 * A dotted name of fewer parts than three is taken from the left.
 */
export function securable(...parts: readonly (string | undefined)[]): Target {
  const [only] = parts;
  const name = parts.length === 1 && only !== undefined ? dottedParts(only) : parts;
  return { kind: "securable", name };
}

/** A path of a volume or of storage, as it is: `/Volumes/...`, `dbfs:/...`, `s3://...`. */
export function pathTarget(path: string): Target {
  return { kind: "path", path };
}

/** A path of the workspace as callers write it: `~/x`, `shared/x`, `/Workspace/...`. */
export async function workspacePathTarget(context: ToolContext, path: string): Promise<Target> {
  return pathTarget(await absolutePath(context, path));
}

/** For a tool that writes nothing in catalogs and at no path: a cluster, a warehouse, a secret. */
export const nowhere = (): readonly Target[] => [];

/** For a tool that runs what a person or a model wrote. */
export const runsCode = (): readonly Target[] => [{ kind: "anywhere", why: "it runs code" }];

/** The parts of `a.b.c`, where backticks keep dots together. */
function dottedParts(name: string): string[] {
  const parts = [...name.matchAll(/`((?:[^`]|``)*)`|[^.`]+/g)];
  return parts.map(([whole, quoted]) => (quoted === undefined ? whole.trim() : quoted.replaceAll("``", "`")));
}
