// The file that Windows' registry editor merges: UTF-16 with a byte order mark, as its own exports are. Microsoft: "How to
// add, modify, or delete registry subkeys and values by using a .reg file".
import { MortarError } from "../platform/errors.ts";
import { appPolicyKey, fleetPolicyKey } from "../platform/managed/managed.ts";
import { Secret } from "../platform/secret.ts";
import { desktopKeys, desktopSettings, fleetKeys, fleetSettings, type DesktopWish, type Setting } from "./settings.ts";

/** The bytes of the `.reg`. Throws `invalid_input` for text that a line of it cannot hold. */
export function registryFile(wish: DesktopWish): Uint8Array {
  return encoded(registryText(wish));
}

/** The same as text, with CR and LF. */
export function registryText(wish: DesktopWish): string {
  const lines = [
    "Windows Registry Editor Version 5.00",
    "",
    `[HKEY_CURRENT_USER\\${appPolicyKey}]`,
    ...values(desktopSettings(wish), desktopKeys),
    "",
    `[HKEY_CURRENT_USER\\${fleetPolicyKey}]`,
    ...values(fleetSettings(wish), fleetKeys),
    "",
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/** What an earlier file of another kind may have set is taken out: with a key there, the helper is not asked. */
function values(settings: readonly Setting[], all: readonly string[]): readonly string[] {
  const absent = all.filter((key) => !settings.some((setting) => setting.key === key));
  return [...settings.map((setting) => line(setting)), ...absent.map((key) => `${quoted(key)}=-`)];
}

function line({ key, value }: Setting): string {
  if (typeof value === "boolean") return `${quoted(key)}=dword:0000000${value ? 1 : 0}`;
  if (key === "daemonPort") return `${quoted(key)}=dword:${Number(value).toString(16).toUpperCase().padStart(8, "0")}`;
  if (value instanceof Secret) return `${quoted(key)}=${quoted(value.reveal())}`;
  // Numbers are text in the app's policy.
  return `${quoted(key)}=${quoted(typeof value === "object" ? JSON.stringify(value) : String(value))}`;
}

function quoted(text: string): string {
  if (/[\r\n\0]/.test(text)) {
    throw new MortarError("invalid_input", `${JSON.stringify(text)} holds a line end, which a .reg file cannot`);
  }
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function encoded(text: string): Uint8Array {
  return Buffer.from(`\uFEFF${text}`, "utf16le");
}
