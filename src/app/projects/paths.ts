// The names by which the world calls projects and their files: checked as text, before any file system hears of them.
import { MortarError } from "../../platform/errors.ts";
import type { OperatingSystem } from "../../platform/deps.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isId(id: string): boolean {
  return uuid.test(id);
}

/** The id itself. Throws `not_found` for what is no UUID in lower case: such a project cannot be there. */
export function requireId(id: string, what = "project"): string {
  if (isId(id)) return id;
  throw new MortarError("not_found", `There is no such ${what}`, { hint: "Its id is a UUID, as the lists give it." });
}

// What Linux, macOS and Windows take for one name, in bytes of UTF-8, and how deep we go.
const longestName = 255;
export const longestPath = 4000;
export const deepestFolder = 64;

// Windows gives these to devices, whatever their ending; superscript digits count too.
const deviceName =
  /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:[ .]|$)/i;
const control = /\p{Cc}/u;

/** Whether a name that lies on the disk is one that can be asked for: others are not shown, and do not travel. */
export function isPlainName(name: string, os: OperatingSystem): boolean {
  return faultOf(name, os) === undefined;
}

/**
 * The names of a path below a project's folder; none for the folder itself (`""`, `.`). Throws `invalid_input` for one that
 * leads outside or could mean something else on another system. Whether links lie on the way is for the disk to say.
 */
export function pathParts(path: string, os: OperatingSystem): readonly string[] {
  if (path === "" || path === "." || path === "./") return [];
  if (path.length > longestPath) throw refusal(path, "it is too long");
  if (/^[A-Za-z]:/.test(path) || path.startsWith("/")) throw refusal(path, "it is not below the project's folder");
  const parts = path.replace(/\/$/, "").split("/");
  if (parts.length > deepestFolder) throw refusal(path, `it is deeper than ${deepestFolder} folders`);
  for (const part of parts) {
    const fault = faultOf(part, os);
    if (fault !== undefined) throw refusal(path, fault);
  }
  return parts;
}

function faultOf(name: string, os: OperatingSystem): string | undefined {
  if (name === "") return "a name in it is empty";
  if (name === "." || name === "..") return "it goes up or stays in place";
  if (name.includes("/") || name.includes("\\")) return "a name in it has a slash";
  if (control.test(name)) return "a name in it has a control character";
  if (!name.isWellFormed()) return "a name in it is no Unicode";
  if (Buffer.byteLength(name) > longestName) return `a name in it is longer than ${longestName} bytes`;
  if (os === "win32") return windowsFault(name);
  return undefined;
}

function windowsFault(name: string): string | undefined {
  if (/[<>:"|?*]/.test(name)) return 'Windows has no names with < > : " | ? *';
  if (/[ .]$/.test(name)) return "Windows has no names that end with a dot or a space";
  return deviceName.test(name) ? "Windows keeps that name for a device" : undefined;
}

/**
 * The same for something new, which must be able to lie on every system: a project moves between machines. Throws
 * `invalid_input`; for the folder itself too.
 */
export function newPathParts(path: string): readonly string[] {
  const parts = pathParts(path, "win32");
  if (parts.length === 0) throw refusal(path, "it names no file");
  return parts;
}

/** A name in the form in which it is kept: macOS and its browsers send letters and accents apart. */
export function composed(name: string): string {
  return name.normalize("NFC");
}

export function isHidden(parts: readonly string[]): boolean {
  return parts.some((part) => part.startsWith("."));
}

function refusal(path: string, reason: string): MortarError {
  return new MortarError("invalid_input", `${shown(path)} cannot be used: ${reason}`, {
    hint: "Give a path below the project's folder, with / between its names.",
  });
}

/** Where files wait until they are whole: on the same disk, and out of the agent's reach. */
export const waitingFolder = "waiting";

/** A path below a project's own folder as a person knows it: without the `files` that it lies in, or its place of waiting. */
export function labelOf(parts: readonly string[]): string {
  const ours = { files: 1, [waitingFolder]: 2 }[parts[0] ?? ""] ?? 0;
  return parts.slice(ours).join("/");
}

/** A path for a message: one line, not the whole of a long one. */
export function shown(path: string): string {
  const line = path.replace(/\p{Cc}/gu, "?").toWellFormed();
  return JSON.stringify(line.length > 120 ? `${line.slice(0, 117)}…` : line);
}
