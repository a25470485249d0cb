import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extractText, getDocumentProxy } from "unpdf";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { runProcess } from "../../platform/process.ts";
import { parseArguments, questionBefore } from "../call.ts";
import type { ToolContext } from "../define.ts";
import { bench, type Bench, type Routes } from "../testing.ts";
import { browserProgram, usualPlaces } from "./browser-program.ts";
import { createPdf } from "./create-pdf.ts";
import { formed, leftOut } from "./page.ts";
import { servePage } from "./page-server.ts";
import { printPage } from "./print.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-documents-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Seen {
  readonly args: string[];
  readonly env: Record<string, string>;
  readonly status: number;
  readonly policy: string;
  readonly html: string;
  readonly again: number;
  readonly elsewhere: number;
}

/** A program that is called like a browser, and does what `last` says with what it is given. */
async function fakeBrowser(name: string, last: string): Promise<{ readonly path: string; seen(): Promise<Seen> }> {
  const bin = join(folder, name);
  await mkdir(bin);
  const report = join(bin, "seen.json");
  const source = `
    const args = process.argv.slice(2);
    const word = (name) => args.find((one) => one.startsWith(name + "="))?.slice(name.length + 1);
    const url = args.at(-1), file = word("--print-to-pdf");
    const page = await fetch(url, { proxy: word("--proxy-server") });
    const html = await page.text();
    const again = (await fetch(url)).status;
    const elsewhere = (await fetch("http://127.0.0.1:9/", { proxy: word("--proxy-server") })).status;
    const policy = page.headers.get("content-security-policy");
    await Bun.write(${JSON.stringify(report)}, JSON.stringify({ args, env: process.env, status: page.status, policy, html, again, elsewhere }));
    ${last}`;
  await writeFile(join(bin, "browser.ts"), source);
  const script = `#!/bin/sh\nexec "${process.execPath}" "${join(bin, "browser.ts")}" "$@"\n`;
  await writeFile(join(bin, "chromium"), script, { mode: 0o755 });
  return { path: bin, seen: async () => (await Bun.file(report).json()) as Seen };
}

const writes = `await Bun.write(file, "%PDF-1.7 fake");`;
const file = "/api/2.0/fs/files/Volumes/main/docs/raw/a.pdf";
const volume = "/api/2.0/fs/directories/Volumes/main/docs/raw";
const routes: Routes = {
  [`HEAD ${volume}`]: () => new Response(null, { status: 200 }),
  [`HEAD ${volume}/a.pdf`]: () => new Response(null, { status: 404 }),
  [`HEAD ${file}`]: () => new Response(null, { status: 404 }),
  [`PUT ${file}`]: () => new Response(null, { status: 204 }),
};
const isThere: Routes = { ...routes, [`HEAD ${file}`]: () => new Response(null, { status: 200 }) };

function on(table: Bench, path: string, env: Record<string, string> = {}): Partial<ToolContext> {
  const deps: Deps = { ...table.context.deps, env: { PATH: path, ...env }, run: runProcess };
  return { deps };
}

const args = { html: "<h1>Café</h1>", volume_path: "/Volumes/main/docs/raw/a" };

describe.skipIf(process.platform === "win32")("create_pdf", () => {
  test("gives the page to the browser, and what comes of it to the volume", async () => {
    const browser = await fakeBrowser("usual", writes);
    await using table = bench(routes);
    const secrets = { DATABRICKS_TOKEN: "dapi-secret", ANTHROPIC_API_KEY: "sk-secret", LANG: "C.UTF-8" };
    const { data } = await table.call("create_pdf", { ...args, landscape: true }, on(table, browser.path, secrets));
    expect(data).toEqual({ volume_path: "/Volumes/main/docs/raw/a.pdf", size_bytes: 13, overwritten: false });
    const put = table.server.received.find(({ method }) => method === "PUT");
    expect([put?.body, put?.search]).toEqual(["%PDF-1.7 fake", "?overwrite=false"]);
    const seen = await browser.seen();
    expect([seen.status, seen.html]).toEqual([200, expect.stringContaining("<h1>Café</h1>")]);
    expect(seen.html).toContain("size:A4 landscape");
    expect(seen.policy).toContain("default-src 'none'");
    expect(seen.policy).toMatch(/; sandbox$/);
    expect(JSON.stringify(seen.env)).not.toContain("secret");
    expect(seen.args.join(" ")).not.toContain("Café");
    // Nobody else gets the page, and nothing but the page can be had.
    expect([seen.again, seen.elsewhere]).toEqual([403, 403]);
    const profile = seen.args.find((one) => one.startsWith("--user-data-dir="))?.slice("--user-data-dir=".length) ?? "";
    expect(await readdir(join(profile, "..")).catch(() => "gone")).toBe("gone");
  });

  test("what is there is not overwritten unasked, and no browser is started for it", async () => {
    await using table = bench(isThere);
    const nothing = on(table, join(folder, "no browser is here"));
    expect((await table.failure("create_pdf", args, nothing)).code).toBe("already_exists");
    const asks = async (more: object) =>
      await questionBefore(createPdf, table.context, parseArguments(createPdf, { ...args, ...more }));
    expect(await asks({ overwrite: true })).toContain("a.pdf");
    expect(await asks({})).toBeUndefined();
    expect(table.server.received.filter(({ method }) => method === "PUT")).toEqual([]);
  });

  test("a name that is no file, and a volume that is not there, end it before anything is printed", async () => {
    await using table = bench({});
    for (const volume_path of ["/Volumes/main/docs/raw", "/Volumes/main/docs/raw/folder/", "/tmp/a.pdf"]) {
      expect((await table.failure("create_pdf", { ...args, volume_path })).code).toBe("invalid_input");
    }
  });

  test("a browser that makes nothing is an error that says so, and nothing is uploaded", async () => {
    await using table = bench(routes);
    const silent = await fakeBrowser("silent", `console.error("no usable sandbox"); process.exit(1);`);
    const error = await table.failure("create_pdf", args, on(table, silent.path));
    expect([error.code, error.message]).toEqual(["io", expect.stringContaining("no usable sandbox")]);
    const other = await fakeBrowser("other", `await Bun.write(file, "<html>");`);
    expect((await table.failure("create_pdf", args, on(table, other.path))).code).toBe("io");
    expect(table.server.received.filter(({ method }) => method === "PUT")).toEqual([]);
  });

  test("a browser that hangs ends with the call, and with it all that it started", async () => {
    const started = join(folder, "started");
    const hanging = `
      const child = Bun.spawn([process.execPath, "-e", "setInterval(() => {}, 1000)"], { stdout: "inherit", stderr: "inherit" });
      await Bun.write(${JSON.stringify(started)}, String(child.pid));
      setInterval(() => {}, 1000);`;
    const browser = await fakeBrowser("hanging", hanging);
    const leaving = new AbortController();
    const deps: Deps = { ...bench({}).context.deps, env: { PATH: browser.path }, run: runProcess };
    const printing = printPage("<p>", { deps, signal: leaving.signal }).catch((thrown: unknown) => thrown);
    while (!(await Bun.file(started).exists())) await Bun.sleep(5);
    leaving.abort();
    expect(await printing).toMatchObject({ name: "AbortError" });
    const pid = Number(await Bun.file(started).text());
    while (lives(pid)) await Bun.sleep(5);
  });
});

/** A child that has ended and that nobody has waited for is no living one. */
function lives(pid: number): boolean {
  const { stdout } = Bun.spawnSync(["ps", "-o", "stat=", "-p", String(pid)]);
  return /^[^Z]/.test(stdout.toString().trim());
}

describe("which browser", () => {
  const none = { PATH: "" };

  test("an error says what to install where there is none", () => {
    const look = () =>
      browserProgram({ env: none, os: "darwin", paths: { ...bench({}).context.deps.paths, home: folder } });
    if (process.platform === "darwin") return;
    expect(look).toThrow(MortarError);
    expect(look).toThrow("No browser that prints PDF");
  });

  test("each system has its places", () => {
    const paths = { ...bench({}).context.deps.paths, home: "/Users/me" };
    expect(usualPlaces({ env: {}, os: "darwin", paths })).toContain(
      "/Users/me/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    );
    const env = { "ProgramFiles(x86)": "C:\\Program Files (x86)", LOCALAPPDATA: "relative" };
    const windows = usualPlaces({ env, os: "win32", paths });
    expect(windows).toContain("C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe");
    expect(windows.filter((place) => !place.startsWith("C:\\"))).toEqual([]);
    expect(usualPlaces({ env: {}, os: "linux", paths })).toContain("/usr/lib/chromium/chromium");
  });
});

describe("the page", () => {
  const form = { pageSize: "A5", landscape: false } as const;

  test("keeps its doctype first, and its own size last", () => {
    expect(formed("<!DOCTYPE html><html lang=en><head><style>@page{size:A3}</style>", form)).toMatch(
      /^<!DOCTYPE html><html lang=en><head><style>@page\{size:A5;margin:2cm\}<\/style><style>@page\{size:A3\}/,
    );
    expect(formed("<header>x</header>", form)).toMatch(/^<!DOCTYPE html><style>@page[^<]*<\/style><header>x/);
    expect(formed("plain", form)).toMatch(/^<!DOCTYPE html><style>[^<]*<\/style>plain$/);
  });

  test("says what of it will be missing", () => {
    expect(leftOut("<p>all here<img src='data:image/png;base64,AA=='><a href='https://x.com'>x</a>")).toBeUndefined();
    expect(leftOut("<img src=https://x.com/a.png><style>a{b:url(//x/y)}</style><script>1</script>")).toMatch(
      /2 pictures.*1 scripts/,
    );
  });

  test("is longer than a socket takes at once, and comes whole", async () => {
    const html = "ä".repeat(8_000_000);
    using page = servePage(html);
    expect((await (await fetch(page.url)).text()).length).toBe(html.length);
    expect(page.served()).toBe(1);
  });
});

/** Where a real one is installed it is asked too. */
function realBrowser(): string | undefined {
  const env = process.env;
  try {
    const os = process.platform === "win32" || process.platform === "darwin" ? process.platform : "linux";
    return browserProgram({ env, os, paths: { ...bench({}).context.deps.paths, home: env["HOME"] } });
  } catch {
    return undefined;
  }
}

describe.skipIf(realBrowser() === undefined)("a real browser", () => {
  test("prints what stands in the page, and asks nobody for anything", async () => {
    const asked: string[] = [];
    using spy = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url }) => {
        asked.push(url);
        return new Response("FROM THIS MACHINE");
      },
    });
    const secret = join(folder, "secret.txt");
    await writeFile(secret, "FROM A FILE");
    const at = `http://127.0.0.1:${spy.port}`;
    const html = `<!doctype html><html><head><meta http-equiv="refresh" content="0;url=${at}/refresh"></head><body>
      <h1>Grüße aus Lyon</h1><script>document.write("FROM A SCRIPT")</script><iframe src="file://${secret}"></iframe>
      <iframe src="${at}/frame"></iframe><img src="${at}/img"><object data="file://${secret}"></object>
      <link rel="stylesheet" href="${at}/css"><link rel="prefetch" href="${at}/pre"><style>@import url(${at}/import);</style>`;
    const { deps } = bench({}).context;
    const pdf = await printPage(formed(html, { pageSize: "A5", landscape: true }), {
      deps: { ...deps, env: process.env, os: process.platform === "win32" ? "win32" : deps.os, run: runProcess },
      signal: new AbortController().signal,
    });
    const document = await getDocumentProxy(pdf);
    const { text } = await extractText(document, { mergePages: true });
    expect(text).toContain("Grüße aus Lyon");
    expect(text).not.toContain("FROM");
    expect(asked).toEqual([]);
    const [, , width = 0, height = 0] = (await document.getPage(1)).view;
    expect([Math.round(width), Math.round(height)]).toEqual([595, 420]);
  }, 60_000);
});
