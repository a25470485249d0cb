// Looks for credentials where none may be: in what commands print, and in files that are not a credential store.
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";

// Every kind of token that the emulator gives out, and OAuth codes. All carry a form of their own.
const tokenShapes = [
  /dapi[0-9a-f]{32}/g,
  /dapi-admin-[0-9a-f]{16,}/g,
  /doau[0-9a-f]{32,}/g,
  /dose[0-9a-f]{32}/g,
  /dcod[0-9a-f]{32,}/g,
  /eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
  // The proxy's local key; not a path that an agent has written as one word.
  /(?<![A-Za-z0-9_-])mortar-[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g,
];

// Files whose purpose is to hold a credential. Each must be readable by its owner alone.
const stores = [
  /(^|\/)\.databrickscfg$/,
  /(^|\/)token$/,
  /(^|\/)tokens?(\/|\.json$|-)/,
  /(^|\/)emulator[^/]*\.json$/,
  /(^|\/)logins?(\/|\.json$)/,
  /(^|\/)proxy-key$/,
];

// What the agents that tests play write down of their environment, which holds what they are given.
const played = /(^|\/)fake-record\.json$/;

/** The credentials in a text, shortened so that a failing test does not print them whole. */
export function tokensIn(text: string): string[] {
  return tokenShapes.flatMap((shape) => [...text.matchAll(shape)].map(([token]) => `${token.slice(0, 8)}…`));
}

/** Every file below `folder` that holds a credential and may not, or may and lies open to others. */
export async function leaksBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const leaks: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const found = tokensIn(await readFile(path, "latin1").catch(() => ""));
    if (found.length === 0) continue;
    const name = relative(folder, path).replaceAll("\\", "/");
    if (played.test(name)) continue;
    const { mode } = await stat(path);
    if (!stores.some((store) => store.test(name))) leaks.push(`${name} holds ${found.join(", ")}`);
    else if (process.platform !== "win32" && (mode & 0o077) !== 0) leaks.push(`${name} is open to others`);
  }
  return leaks;
}
