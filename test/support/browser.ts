// Headless Chromium, as Debian packages it, driven by playwright-core.
import { chromium, type Browser, type Page } from "playwright-core";

/** Starts it. A machine without Chromium fails the test: nothing is skipped in silence. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = Bun.which("chromium") ?? Bun.which("chromium-browser") ?? Bun.which("google-chrome");
  if (executablePath === null) throw new Error("Chromium is missing: apt-get install chromium");
  // The sandbox of Chromium does not run as root, as CI often does.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath, args: isRoot ? ["--no-sandbox"] : [] });
}

export interface Troubles {
  /** What a page wrote to its console as an error, threw, or was kept from by the content security policy. */
  readonly list: string[];
  /** Requests to other hosts than the page's own. */
  readonly foreign: string[];
}

/** Listens for what should not happen on a page, from now on. */
export function watchTroubles(page: Page, origin: string): Troubles {
  const troubles: Troubles = { list: [], foreign: [] };
  page.on("console", (message) => {
    if (message.type() === "error") troubles.list.push(message.text());
  });
  page.on("pageerror", (error) => troubles.list.push(String(error)));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== origin) troubles.foreign.push(request.url());
  });
  return troubles;
}
