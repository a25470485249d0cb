// The house: which room stands on which floor, and which arrows between files break its rule.
import { posix } from "node:path";
import { isTestCode, type SourceFile } from "./code.ts";
import { readImports, type Import } from "./imports.ts";

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly kind: Import["kind"];
  readonly line: number;
}

export interface Graph {
  readonly files: readonly string[];
  readonly arrows: readonly Arrow[];
  /** Packages that a file imports, by file: `node:` modules and `bun` are not listed. */
  readonly packages: ReadonlyMap<string, readonly (Import & { readonly name: string })[]>;
}

/** The floors of the house, lowest first. A room uses only rooms on floors below its own. */
export const floors: readonly (readonly string[])[] = [
  ["platform"],
  ["auth", "cli", "completion", "notebook"],
  ["workspace"],
  ["tools", "skills"],
  ["mcp", "proxy", "agents"],
  ["app", "desktop", "setup", "doctor"],
  ["commands"],
  ["main"],
];

/** A leaf that any room may use: two strings that the build defines. */
const leaves = new Set(["src/build-info.ts"]);

export function buildGraph(files: readonly SourceFile[]): Graph {
  const packages = new Map<string, (Import & { readonly name: string })[]>();
  const arrows: Arrow[] = [];
  for (const { path, text } of files) {
    for (const found of readImports(text)) {
      if (found.specifier.startsWith(".")) {
        const to = posix.join(posix.dirname(path), found.specifier);
        arrows.push({ from: path, to, kind: found.kind, line: found.line });
      } else if (!/^(?:node:|bun(?::|$))/.test(found.specifier)) {
        const name = packageName(found.specifier);
        packages.set(path, [...(packages.get(path) ?? []), { ...found, name }]);
      }
    }
  }
  return { files: files.map(({ path }) => path), arrows, packages };
}

/** The room of a file: its folder below src, `main` for the files that lie in src itself. */
export function roomOf(path: string): string {
  const [, first, second] = path.split("/");
  return second === undefined ? "main" : (first ?? "main");
}

/**
 * Arrows that run up, or sideways between rooms, as sentences. The emulator stands on platform alone, and only its own
 * command uses it. Tests may use the emulator and every room that is not above theirs. `allowed` names arrows
 * (`from -> to`) with the reason why each may stay; one that is not there any more is reported as well.
 */
export function brokenArrows(graph: Graph, allowed: Readonly<Record<string, string>>): string[] {
  const unused = new Set(Object.keys(allowed));
  const broken = graph.arrows.flatMap((arrow) => {
    const why = brokenBy(arrow);
    const name = `${arrow.from} -> ${arrow.to}`;
    if (why === undefined) return [];
    if (Object.hasOwn(allowed, name)) {
      unused.delete(name);
      return [];
    }
    return [`${arrow.from}:${arrow.line} imports ${arrow.to}: ${why}`];
  });
  return [...broken, ...[...unused].map((name) => `${name} is allowed but does not exist`)];
}

function brokenBy({ from, to }: Arrow): string | undefined {
  if (!isTestCode(from) && isTestCode(to)) return "it is for tests alone";
  if (!to.startsWith("src/")) return to === "package.json" ? undefined : "it lies outside src";
  const [own, other] = [roomOf(from), roomOf(to)];
  if (isPage(from) !== isPage(to)) {
    const isContract = isPage(from) && to.startsWith("src/app/contract/");
    return isContract || isTestCode(from) ? undefined : "the page shares the contract alone with the program";
  }
  if (own === other || leaves.has(to)) return undefined;
  if (own === "emulator") return other === "platform" ? undefined : "the emulator stands on platform alone";
  if (other === "emulator") {
    const mayUse = isTestCode(from) || from.startsWith("src/commands/emulator/");
    return mayUse ? undefined : "only the emulator's own command uses the emulator";
  }
  const [ownFloor, otherFloor] = [floorOf(own), floorOf(other)];
  if (ownFloor === -1) return `the room ${own} stands on no floor`;
  if (otherFloor === -1) return `the room ${other} stands on no floor`;
  if (otherFloor > ownFloor) return `${other} stands above ${own}`;
  if (otherFloor === ownFloor && !isTestCode(from)) return `${other} stands beside ${own}`;
  return undefined;
}

/** What runs in a browser. */
function isPage(path: string): boolean {
  return path.startsWith("src/app/client/");
}

function floorOf(room: string): number {
  return floors.findIndex((rooms) => rooms.includes(room));
}

/** What starting at `entries` loads before it does anything: files and packages, each with the way that leads there. */
export function staticReach(graph: Graph, entries: readonly string[]): Map<string, readonly string[]> {
  const next = Map.groupBy(
    graph.arrows.filter(({ kind }) => kind === "value"),
    ({ from }) => from,
  );
  const ways = new Map<string, readonly string[]>(entries.map((entry) => [entry, [entry]]));
  const queue = [...entries];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const way = ways.get(path) ?? [];
    const packages = (graph.packages.get(path) ?? []).filter(({ kind }) => kind === "value").map(({ name }) => name);
    for (const name of packages) if (!ways.has(name)) ways.set(name, [...way, name]);
    for (const { to } of next.get(path) ?? []) {
      if (ways.has(to)) continue;
      ways.set(to, [...way, to]);
      queue.push(to);
    }
  }
  return ways;
}

/** Groups of files that need each other to start. Types are gone by then, and dynamic imports come later. */
export function cycles(graph: Graph): string[][] {
  const next = Map.groupBy(
    graph.arrows.filter(({ kind }) => kind === "value"),
    ({ from }) => from,
  );
  const rings: string[][] = [];
  const state = new Map<string, { index: number; low: number; open: boolean }>();
  const stack: string[] = [];
  const visit = (path: string): { index: number; low: number; open: boolean } => {
    const own = { index: state.size, low: state.size, open: true };
    state.set(path, own);
    stack.push(path);
    for (const { to } of next.get(path) ?? []) {
      const seen = state.get(to);
      if (seen === undefined) own.low = Math.min(own.low, visit(to).low);
      else if (seen.open) own.low = Math.min(own.low, seen.index);
    }
    if (own.low === own.index) {
      const ring = stack.splice(stack.indexOf(path));
      for (const member of ring) {
        const closed = state.get(member);
        if (closed !== undefined) closed.open = false;
      }
      const ownsItself = (next.get(path) ?? []).some(({ to }) => to === path);
      if (ring.length > 1 || ownsItself) rings.push(ring.toSorted());
    }
    return own;
  };
  for (const path of graph.files) if (!state.has(path)) visit(path);
  return rings;
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
