// The Robots Exclusion Protocol, RFC 9309: what a site asks programs to leave alone.

/** The rules of one robots.txt for us. */
export interface RobotsRules {
  /** Whether the path, with its query, may be fetched. */
  allows(pathAndQuery: string): boolean;
}

export const allowsAll: RobotsRules = { allows: () => true };
export const allowsNothing: RobotsRules = { allows: () => false };

/** What is read of a file (section 2.5 asks for at least 500 KiB). */
export const mostRobotsBytes = 512 * 1024;

interface Rule {
  readonly allow: boolean;
  /** Normalised; may hold `*` and end with `$`. */
  readonly pattern: string;
}

/**
 * Reads a robots.txt. All groups that name `token` count together, in small or capital letters; where none does, those
 * for `*`. Of the rules that match, the longest wins, and of two of one length the one that allows.
 */
export function parseRobots(text: string, token: string): RobotsRules {
  const own: Rule[] = [];
  const others: Rule[] = [];
  let isNamed = false;
  let agents: string[] = [];
  let inHead = false;
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/)) {
    const [, key = "", value = ""] = /^\s*([A-Za-z-]+)\s*:\s*([^#]*)/.exec(line.slice(0, 5_000)) ?? [];
    const name = key.toLowerCase();
    if (name === "user-agent") {
      agents = inHead ? [...agents, agentOf(value)] : [agentOf(value)];
      inHead = true;
      isNamed ||= agents.includes(token);
    } else if (name === "allow" || name === "disallow") {
      inHead = false;
      const rule = { allow: name === "allow", pattern: normalised(value.trim()) };
      // An empty pattern says nothing.
      if (rule.pattern === "") continue;
      if (agents.includes(token)) own.push(rule);
      else if (agents.includes("*")) others.push(rule);
    }
  }
  return rulesOf(isNamed ? own : others);
}

/** The name without version: `mortar/1.0` is `mortar` (section 2.2.1). */
function agentOf(value: string): string {
  const name = value.trim().toLowerCase();
  return name === "*" ? name : (/^[a-z_-]+/.exec(name)?.[0] ?? "");
}

function rulesOf(rules: readonly Rule[]): RobotsRules {
  const ordered = rules.toSorted(
    (one, other) => other.pattern.length - one.pattern.length || Number(other.allow) - Number(one.allow),
  );
  return {
    allows: (pathAndQuery) => {
      const path = normalised(pathAndQuery);
      return ordered.find(({ pattern }) => matches(path, pattern))?.allow ?? true;
    },
  };
}

/** One spelling for each octet: unreserved ones bare, all others as %XX (section 2.2.2, RFC 3986). */
function normalised(text: string): string {
  const encoded = text.replace(/[^\x21-\x7E]+/gu, (part) => encodeURIComponent(part.toWellFormed()));
  return encoded.replace(/%([0-9a-fA-F]{2})/g, (whole, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : whole.toUpperCase();
  });
}

/** Piece by piece: a file of a stranger must not be able to make this slow. */
function matches(path: string, pattern: string): boolean {
  const anchored = pattern.endsWith("$");
  const [first = "", ...rest] = (anchored ? pattern.slice(0, -1) : pattern).split("*");
  if (!path.startsWith(first)) return false;
  const last = rest.pop();
  if (last === undefined) return !anchored || path.length === first.length;
  let at = first.length;
  for (const piece of rest) {
    const found = path.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  if (anchored) return path.length - last.length >= at && path.endsWith(last);
  return path.includes(last, at);
}
