// Takes the server's paths out of what an agent says: the project's become relative, the others are only named.
import { isObject } from "../../platform/json.ts";

export interface Veil {
  text(value: string): string;
  /** Of anything JSON: keys stay, texts are veiled. */
  value(value: unknown): unknown;
  /** For text that comes in pieces: what might be the beginning of a path is held back until more has come. */
  stream(): { push(piece: string): string; rest(): string };
}

export interface VeiledPaths {
  /** The project's folder, by each of its names. */
  readonly folders: readonly string[];
  /** Everything else of the server that the agent gets to know, by what is to be read in its place, to the path's end. */
  readonly others: readonly (readonly [path: string, name: string])[];
  /** What is read as `~`, where it is to be hidden whose home it is. */
  readonly homes?: readonly string[];
}

export function createVeil({ folders, others, homes = [] }: VeiledPaths): Veil {
  const inside = longestFirst(folders).map(escape).join("|");
  const project = new RegExp(`(?:${inside})(?:([/\\\\])|(?![\\w-]|\\.\\w))`, "g");
  const rules = others.map(([path, name]) => [new RegExp(`${escape(path)}[^\\s"'<>|)\\],;:]*`, "g"), name] as const);
  const homeShapes = homes.map((path) => new RegExp(`${escape(path)}(?=[/\\\\]|(?![\\w.-]))`, "g"));
  const needles = [...folders, ...others.map(([path]) => path), ...homes];
  const text = (value: string): string => {
    // The project first: it may lie within any of the others.
    const relative = value.replace(project, (_whole, slash: string | undefined) => (slash === undefined ? "." : ""));
    const known = rules.reduce((present, [shape, name]) => present.replace(shape, name), relative);
    return homeShapes.reduce((present, shape) => present.replace(shape, "~"), known);
  };
  const value = (whole: unknown): unknown => {
    if (typeof whole === "string") return text(whole);
    if (Array.isArray(whole)) return whole.map(value);
    if (!isObject(whole)) return whole;
    return Object.fromEntries(Object.entries(whole).map(([key, one]) => [key, value(one)]));
  };
  return { text, value, stream: () => heldBack(text, needles) };
}

function heldBack(veil: (text: string) => string, needles: readonly string[]): ReturnType<Veil["stream"]> {
  let held = "";
  return {
    push: (piece) => {
      const present = held + piece;
      const cut = present.length - openEnd(present, needles);
      held = present.slice(cut);
      return veil(present.slice(0, cut));
    },
    rest: () => {
      const last = veil(held);
      held = "";
      return last;
    },
  };
}

/** How long the end is that may be, or may go on as, one of the paths. */
function openEnd(text: string, needles: readonly string[]): number {
  return Math.max(0, ...needles.map((needle) => wholeAtEnd(text, needle) ?? partAtEnd(text, needle)));
}

// A path that has no end for so long is none.
const longestPath = 4_000;

/** What follows a path belongs to it for as long as nothing comes that ends it. */
function wholeAtEnd(text: string, needle: string): number | undefined {
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) {
    const isOpen = !/[\s"'<>|)\],;:]/.test(text.slice(at + needle.length));
    if (isOpen && text.length - at < longestPath) return text.length - at;
  }
  return undefined;
}

function partAtEnd(text: string, needle: string): number {
  for (let size = Math.min(needle.length - 1, text.length); size > 0; size--) {
    if (needle.startsWith(text.slice(-size))) return size;
  }
  return 0;
}

function longestFirst(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort((one, other) => other.length - one.length);
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
