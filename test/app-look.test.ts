// The web app's pages as people see them: nothing that keeps somebody out, in light and dark, wide and narrow.
// MORTAR_SCREENSHOTS=folder keeps a picture of each.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { startApp, type TestApp } from "./support/app.ts";
import { createMachine, type Machine } from "./support/binary.ts";
import { openBrowser, watchTroubles } from "./support/browser.ts";
import { claudeCode, installAgents } from "./support/real-agents.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

setDefaultTimeout(120_000);

let machine: Machine;
let workspace: TestWorkspace;
let app: TestApp;
let browser: Browser;
let places: Readonly<Record<string, string>> = {};

const turns = [
  {
    thinking: "What tables are there?",
    text: "I look at the sales.",
    tools: [{ name: "mcp__databricks__query_sql", input: { sql: "SELECT 'north' AS region, 3 AS total" } }],
  },
  {
    text: "## Sales\n\nThe **north** has 3.\n\n```sql\nSELECT 1\n```\n\n| region | total |\n|---|---|\n| north | 3 |\n",
  },
];

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  const env = await installAgents(machine, [claudeCode]);
  await workspace.control("PUT", "scenario", { turns });
  app = await startApp(machine, { env });
  browser = await openBrowser();
  const { id } = await post<{ id: string }>("/api/projects", { name: "Coffee" });
  const run = await post<{ conversation_id: string; execution_id: string }>("/api/invoke_agent", {
    project_id: id,
    message: "How are the sales?",
  });
  await (await app.ask(`/api/stream_progress/${run.execution_id}`, { method: "POST" })).text();
  places = {
    home: "/",
    conversation: `/projects/${id}/c/${run.conversation_id}`,
    files: `/projects/${id}/files`,
    skills: `/projects/${id}/skills`,
    usage: `/projects/${id}/usage`,
    settings: "/settings",
    guide: "/doc",
  };
});

afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await workspace?.stop();
  await machine?.dispose();
});

async function post<T>(path: string, body: object): Promise<T> {
  const headers = { "content-type": "application/json" };
  const answer = await app.ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const axe = Bun.file(new URL(import.meta.resolve("axe-core/axe.min.js")));

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe finds serious or worse. Its program is put into the page past the content security policy, as a debugger can. */
async function seriousFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(await axe.text());
  const violations = (await page.evaluate("axe.run().then(({ violations }) => violations)")) as readonly Violation[];
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

describe.each([
  ["light", 1280],
  ["dark", 1280],
  ["light", 375],
  ["dark", 375],
] as const)("%s, %d px wide", (colorScheme, width) => {
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    context = await browser.newContext({ colorScheme, viewport: { width, height: 812 }, reducedMotion: "reduce" });
    page = await context.newPage();
    await page.goto(app.url);
  });
  afterAll(() => context.close());

  test.each(["home", "conversation", "files", "skills", "usage", "settings", "guide"])("%s", async (name) => {
    const troubles = watchTroubles(page, app.origin);
    await page.goto(`${app.origin}${places[name]}`);
    await page.locator("main").waitFor();
    await page.locator("main [aria-label=Loading], main [aria-busy=true]").first().waitFor({ state: "detached" });
    if (name === "conversation") await page.getByRole("heading", { name: "Sales", exact: true }).waitFor();
    const folder = process.env["MORTAR_SCREENSHOTS"];
    if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`) });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(await seriousFindings(page)).toEqual([]);
    expect(troubles.foreign).toEqual([]);
    expect(troubles.list).toEqual([]);
  });
});
