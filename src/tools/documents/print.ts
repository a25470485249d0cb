// A page to PDF by a browser without a window: with a profile of its own, no network, no scripts, and a time limit.
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deps, Environment } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { redact } from "../../platform/log.ts";
import { browserProgram } from "./browser-program.ts";
import { servePage } from "./page-server.ts";

export interface PrintOptions {
  readonly deps: Pick<Deps, "env" | "os" | "paths" | "run">;
  readonly signal: AbortSignal;
}

const limitMs = 60_000;
const largestBytes = 200_000_000;

/**
 * The PDF's bytes. Throws `unsupported` where no browser is installed, `io` for one that made nothing, `timeout`, `too_large`.
 * The browser and all that it started have ended when this returns.
 */
export async function printPage(html: string, { deps, signal }: PrintOptions): Promise<Uint8Array<ArrayBuffer>> {
  const program = browserProgram(deps);
  const folder = await mkdtemp(join(tmpdir(), "mortar-pdf-"));
  using page = servePage(html);
  try {
    const file = join(folder, "page.pdf");
    const words = [...fixedWords, ...placeWords(deps.os, folder), `--proxy-server=http://${page.proxy}`];
    const env = browserEnvironment(deps.env, folder);
    const ended = await deps.run([program, ...words, `--print-to-pdf=${file}`, page.url], {
      env,
      cwd: folder,
      signal,
      timeoutMs: limitMs,
      maxOutputBytes: 10_000_000,
      group: true,
    });
    const size = (await stat(file).catch(() => undefined))?.size ?? 0;
    if (size > largestBytes)
      throw new MortarError("too_large", `The PDF has ${size} bytes; at most ${largestBytes} are sent`);
    const pdf = size === 0 ? undefined : await readFile(file);
    if (page.served() === 1 && pdf?.subarray(0, 5).toString() === "%PDF-") return new Uint8Array(pdf);
    throw madeNothing(program, ended.exitCode, ended.stderr);
  } finally {
    // On Windows the last of the browser's processes may hold a file for a moment.
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).catch(() => undefined);
  }
}

const fixedWords = [
  "--headless",
  "--no-pdf-header-footer",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-extensions",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-breakpad",
  "--disable-crash-reporter",
  "--no-first-run",
  "--no-default-browser-check",
  "--no-pings",
  "--password-store=basic",
  "--use-mock-keychain",
  // No name is looked up, and what has none goes to the proxy as well: also what is on this machine.
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
  "--proxy-bypass-list=<-loopback>",
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
];

/** Chromium refuses to sandbox itself as root; the page has no scripts then either. */
function placeWords(os: Deps["os"], folder: string): string[] {
  const isRoot = os === "linux" && process.getuid?.() === 0;
  return [`--user-data-dir=${join(folder, "profile")}`, ...(isRoot ? ["--no-sandbox"] : [])];
}

/** What a browser needs to start, and no credential of ours. */
const kept =
  /^(?:PATH|Path|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SystemRoot|SystemDrive|windir|ProgramFiles.*|ProgramData|LD_LIBRARY_PATH|FONTCONFIG_\w+)$/;

function browserEnvironment(env: Environment, folder: string): Environment {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => kept.test(name)));
  return { ...own, HOME: folder, USERPROFILE: folder, LOCALAPPDATA: folder, APPDATA: folder };
}

function madeNothing(program: string, exitCode: number, stderr: string): MortarError {
  const last = stderr.trim().split("\n").at(-1) ?? "";
  return new MortarError("io", `The browser made no PDF (exit ${exitCode}): ${redact(last).slice(0, 300)}`, {
    hint: /[/\\]snap[/\\]/.test(program)
      ? "A browser from a snap may not write to the temporary folder: install another one. Nothing was uploaded."
      : `Try it by hand: "${program}" --headless --print-to-pdf about:blank. Nothing was uploaded.`,
  });
}
