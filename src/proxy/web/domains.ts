// The domain lists of a web tool: which addresses they let through.

export interface DomainRules {
  readonly allowed: readonly string[];
  readonly blocked: readonly string[];
}

/**
 * Whether the rules let `url` through. A domain stands for its subdomains too, and may be followed by a path, in which
 * `*` stands for anything (platform.claude.com, "Server tools", domain filtering). An entry that is no domain lets
 * nothing through where it allows, and stops nothing where it blocks.
 */
export function isAllowed(url: URL, { allowed, blocked }: DomainRules): boolean {
  if (allowed.length > 0 && !allowed.some((entry) => matches(url, entry))) return false;
  return !blocked.some((entry) => matches(url, entry));
}

function matches(url: URL, entry: string): boolean {
  const rule = parseEntry(entry);
  if (rule === undefined) return false;
  const host = bareHost(url.hostname);
  if (host !== rule.host && !host.endsWith(`.${rule.host}`)) return false;
  return rule.path === "" || isBelow(url.pathname, rule.path);
}

interface Rule {
  readonly host: string;
  /** Without a slash at its end; empty for all paths. */
  readonly path: string;
}

/** People write schemes, wildcards and slashes though they are asked not to: what they mean is clear. */
function parseEntry(entry: string): Rule | undefined {
  const plain = entry
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
    .replace(/^\*\./, "");
  const slash = plain.search(/[/?#]/);
  const name = slash === -1 ? plain : plain.slice(0, slash);
  if (name === "" || !URL.canParse(`http://${name}`)) return undefined;
  const path = slash === -1 ? "" : plain.slice(slash).replace(/[?#].*$/, "");
  return { host: bareHost(new URL(`http://${name}`).hostname), path: path.replace(/\/+$/, "") };
}

function bareHost(hostname: string): string {
  return hostname.replace(/\.$/, "");
}

/** Piece by piece, so that no pattern can make it slow. */
function isBelow(path: string, rule: string): boolean {
  const [first = "", ...rest] = rule.split("*");
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = path.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return rest.at(-1) === "" || at === path.length || path[at] === "/" || path[at - 1] === "/";
}
