// Finds the route of a request. A literal segment wins over `{name}`, and both over `{name...}`.
import type { Route } from "./route.ts";

export type Found =
  | { readonly kind: "route"; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  /** The path is known, with other methods. */
  | { readonly kind: "otherMethod" }
  | { readonly kind: "unknown" };

export interface Router {
  /** `path` is the request's raw path, still percent-encoded. Throws URIError for a broken encoding. */
  find(method: string, path: string): Found;
}

interface Node {
  readonly literals: Map<string, Node>;
  one: Node | undefined;
  /** Routes that end here, by method. */
  readonly routes: Map<string, Route>;
  /** Routes that take all that is left, by method. */
  readonly rest: Map<string, Route>;
}

/** Throws when two routes have the same method and pattern: one of them would never be reached. */
export function createRouter(routes: readonly Route[]): Router {
  const root = newNode();
  for (const route of routes) insert(root, route);
  return {
    find: (method, path) => {
      const segments = path
        .split("/")
        .slice(1)
        .map((segment) => decodeURIComponent(segment));
      const route = search(root, segments, (table) => table.get(method));
      if (route !== undefined) return { kind: "route", route, params: readParams(route.pattern, segments) };
      const other = search(root, segments, (table) => table.values().next().value);
      return { kind: other === undefined ? "unknown" : "otherMethod" };
    },
  };
}

function newNode(): Node {
  return { literals: new Map(), one: undefined, routes: new Map(), rest: new Map() };
}

function insert(root: Node, route: Route): void {
  let node = root;
  for (const segment of route.pattern.split("/").slice(1)) {
    if (segment.endsWith("...}")) return put(node.rest, route);
    node = segment.startsWith("{") ? (node.one ??= newNode()) : literal(node, segment);
  }
  put(node.routes, route);
}

function literal(node: Node, segment: string): Node {
  const next = node.literals.get(segment) ?? newNode();
  node.literals.set(segment, next);
  return next;
}

function put(table: Map<string, Route>, route: Route): void {
  if (table.has(route.method)) throw new Error(`two routes for ${route.method} ${route.pattern}`);
  table.set(route.method, route);
}

type Pick = (table: Map<string, Route>) => Route | undefined;

function search(node: Node, segments: readonly string[], pick: Pick): Route | undefined {
  const [head, ...tail] = segments;
  if (head === undefined) return pick(node.routes);
  const next = node.literals.get(head);
  const exact = next === undefined ? undefined : search(next, tail, pick);
  if (exact !== undefined) return exact;
  const any = node.one === undefined || head === "" ? undefined : search(node.one, tail, pick);
  return any ?? pick(node.rest);
}

function readParams(pattern: string, segments: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  pattern
    .split("/")
    .slice(1)
    .forEach((part, index) => {
      if (part.endsWith("...}")) params[part.slice(1, -4)] = segments.slice(index).join("/");
      else if (part.startsWith("{")) params[part.slice(1, -1)] = segments[index] ?? "";
    });
  return params;
}
