// Saving to the person's machine and copying to the clipboard: made in the page, sent nowhere.

/** Has the browser save a file. The name loses what a file name may not hold. */
export function saveFile(name: string, content: Blob | string, mediaType = "text/plain;charset=utf-8"): void {
  const blob = typeof content === "string" ? new Blob([content], { type: mediaType }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName(name);
  link.click();
  // The browser has taken the file by the next turns of its loop; a large one needs the address a little longer.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Has the browser fetch and save what is at an address of ours. A refusal is told by the browser; the page stays. */
export function downloadFrom(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

/** A name that every system takes: at most 100 characters, without separators and control characters. */
export function fileName(name: string): string {
  const clean = name
    .replaceAll(/[\p{Cc}<>:"/\\|?*]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  const cut = clean.length > 100 ? clean.slice(0, 80).trim() + (/\.\w{1,8}$/.exec(clean)?.[0] ?? "") : clean;
  return cut === "" || /^\.+$/.test(cut) ? "download" : cut;
}

/** Copies a text. Where the page may not (an address without TLS), by a selection. False where neither works. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  area.setAttribute("aria-hidden", "true");
  const host = document.querySelector("dialog[open]") ?? document.body;
  const before = document.activeElement;
  host.append(area);
  area.select();
  try {
    // oxlint-disable-next-line typescript/no-deprecated
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}
