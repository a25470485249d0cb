// The web app as a newcomer meets it: the binary, real Claude Code, an emulated workspace with its scripted model, and Chromium.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { startApp, type TestApp } from "./support/app.ts";
import { createMachine, type Machine } from "./support/binary.ts";
import { openBrowser, watchTroubles, type Troubles } from "./support/browser.ts";
import { claudeCode, installAgents } from "./support/real-agents.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

setDefaultTimeout(120_000);

let machine: Machine;
let workspace: TestWorkspace;
let app: TestApp;
let browser: Browser;
let page: Page;
let troubles: Troubles;
let env: Record<string, string>;

const tool = (name: string): string => `mcp__databricks__${name}`;
const rows = "SELECT region, sum(amount) AS total FROM main.default.sales GROUP BY region ORDER BY region";
const story = [
  {
    text: "I make the table.",
    tools: [
      {
        name: tool("execute_sql"),
        input: {
          sql: "CREATE TABLE main.default.sales AS SELECT * FROM (VALUES ('north', 3), ('south', 5), ('east', 8)) AS t(region, amount)",
        },
      },
    ],
  },
  { text: "I look at it.", tools: [{ name: tool("query_sql"), input: { sql: rows } }] },
  {
    text: "And I draw it.",
    tools: [
      {
        name: "mcp__app__show_chart",
        input: {
          title: "Sales by region",
          type: "bar",
          columns: ["region", "total"],
          rows: [
            ["east", 8],
            ["north", 3],
            ["south", 5],
          ],
          x: "region",
          y: ["total"],
        },
      },
    ],
  },
  { text: "The **east** sells most." },
];
/** Of so many words, each of them once. */
const long = (name: string, words: number): string =>
  Array.from({ length: words }, (_, at) => `${name}${at + 1}`).join(" ");

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  env = await installAgents(machine, [claudeCode]);
  await workspace.control("PUT", "scenario", {
    conversations: [
      { when: "sales by region", turns: story },
      { when: "stopme", turns: [{ text: long("stop", 2_000), delay_ms: 20 }, { text: "I go on." }] },
      { when: "reloadme", turns: [{ text: long("load", 160), delay_ms: 25 }] },
      { when: "restartme", turns: [{ text: long("start", 2_000), delay_ms: 20 }, { text: "I am back." }] },
      { turns: [{ text: "Hello." }, { text: "Again." }] },
    ],
  });
  app = await startApp(machine, { env });
  browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  troubles = watchTroubles(page, app.origin);
  await page.goto(app.url);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await workspace?.stop();
  await machine?.dispose();
});

const composer = () => page.getByLabel("Message to the agent");

async function say(text: string): Promise<void> {
  await composer().fill(text);
  await composer().press("Enter");
}

async function newConversation(): Promise<void> {
  await page.getByRole("button", { name: "New conversation" }).first().click();
  await page.getByRole("heading", { name: "What shall we do on your workspace?" }).waitFor();
}

test("the key leaves the address, and a stranger without it gets nothing", async () => {
  expect(page.url()).toBe(`${app.origin}/`);
  expect((await fetch(`${app.origin}/api/projects`)).status).toBe(401);
});

test("a table is made and charted: the write is asked for, rows and chart are seen", async () => {
  await page.getByLabel("Name of a new project").fill("Coffee");
  await page.getByRole("button", { name: "Create project" }).click();
  await say("Make a table of sales by region and chart it.");
  const question = page.getByRole("region", { name: /The agent asks/ });
  await question.waitFor();
  await question.getByRole("button", { name: "Allow once" }).click();
  await page.getByText("The east sells most.").waitFor();
  await page.getByRole("columnheader", { name: "total" }).first().waitFor();
  await page.locator(".recharts-bar-rectangle").first().waitFor();
  expect(await page.locator(".recharts-bar-rectangle").count()).toBe(3);
  const asked = await workspace.control("GET", "requests");
  expect(JSON.stringify(asked)).toContain("/api/2.0/sql/statements");
});

test("a long run is stopped, what it said stays, and the conversation goes on", async () => {
  await newConversation();
  await say("Please stopme.");
  await page.getByText("stop20 ").waitFor();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("button", { name: "Send", exact: true }).waitFor();
  await page.reload();
  await page.getByText("Please stopme.").waitFor();
  await page.getByText("stop20 ").waitFor();
  expect(await page.getByText("stop2000").count()).toBe(0);
});

test("a page that is reloaded in the middle of a stream loses nothing and says nothing twice", async () => {
  await newConversation();
  await say("Please reloadme.");
  await page.getByText("load20 ").waitFor();
  await page.reload();
  await page.getByText("load160").waitFor();
  await page.getByRole("button", { name: "Send", exact: true }).waitFor();
  const text = (await page.getByRole("log").innerText()).replaceAll(/\s+/g, " ");
  for (const word of ["load1 ", "load20 ", "load80 ", "load160"])
    expect([word, text.split(word).length]).toEqual([word, 2]);
});

test("a server that is killed in the middle: the page comes back by itself, and the conversation goes on", async () => {
  await newConversation();
  await say("Please restartme.");
  await page.getByText("start20 ").waitFor();
  const { port } = new URL(app.origin);
  await app.stop("SIGKILL");
  const before = troubles.list.length;
  app = await startApp(machine, { env, port: Number(port) });
  await page.goto(app.url.replace("/?", `${new URL(page.url()).pathname}?`));
  // What went wrong meanwhile went wrong because nobody answered.
  troubles.list.length = before;
  await page.getByText("start20 ").waitFor();
  await page.getByRole("button", { name: "Send", exact: true }).waitFor();
  await workspace.control("PUT", "scenario", { turns: [{ text: "I am back." }, { text: "I am back." }] });
  await say("Go on.");
  await page.getByText("I am back.").waitFor();
});

test("nothing came from another host, and no page complained", () => {
  expect(troubles.foreign).toEqual([]);
  expect(troubles.list).toEqual([]);
});
