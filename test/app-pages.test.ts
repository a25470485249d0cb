// What a person does on the pages beside the chat, where no agent is installed yet: the binary, an emulated workspace, Chromium.
import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { startApp, type TestApp } from "./support/app.ts";
import { createMachine, type Machine } from "./support/binary.ts";
import { openBrowser, watchTroubles, type Troubles } from "./support/browser.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

setDefaultTimeout(120_000);

let machine: Machine;
let workspace: TestWorkspace;
let app: TestApp;
let browser: Browser;
let page: Page;
let troubles: Troubles;
let projectId: string;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  app = await startApp(machine, { env: { PATH: "/usr/bin:/bin" } });
  browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  troubles = watchTroubles(page, app.origin);
  await page.goto(app.url);
});

afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await workspace?.stop();
  await machine?.dispose();
});

beforeEach(() => {
  troubles.list.length = 0;
});

async function send<T>(method: string, path: string, body?: object): Promise<T> {
  const headers = { "content-type": "application/json" };
  const answer = await app.ask(path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const put = (path: string, content: string) =>
  send("PUT", `/api/projects/${projectId}/files/content`, { path, content });
const read = async (path: string): Promise<string | null> =>
  (
    await send<{ content: string | null }>(
      "GET",
      `/api/projects/${projectId}/files/content?path=${encodeURIComponent(path)}`,
    )
  ).content;

const go = (path: string) => page.goto(`${app.origin}${path}`);
const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
const dialog = () => page.getByRole("dialog");
const text = (words: string) => page.getByText(words, { exact: true });

test("a newcomer is told what to install, and an example makes a project with what one could ask, unsent", async () => {
  await go("/");
  await page.getByText("No coding agent is installed where this server runs").waitFor();
  await page.getByText("npm install -g @anthropic-ai/claude-code").waitFor();
  await button(/Answer with a chart/).click();
  const field = page.getByLabel("Message to the agent");
  await field.waitFor();
  expect(await field.inputValue()).toContain("monthly sales");
  projectId = /\/projects\/([^/]+)/.exec(page.url())?.[1] ?? "";
  await put("notes.md", "# Notes\n\nThe east sells most.\n");
  expect(troubles.list).toEqual([]);
});

test("projects are made, renamed, found, shared and deleted", async () => {
  await go("/");
  await button("Create project").click();
  await text("Give the project a name.").waitFor();
  const name = page.getByLabel("Name of a new project");
  await name.fill(`Tea ${"x".repeat(10_000)}`);
  expect(await name.inputValue()).toHaveLength(200);
  await button("Create project").click();
  await page.waitForURL(/\/projects\//);
  await go("/");
  const card = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: /^Tea x/ }) });
  await card.getByRole("button", { name: /^Actions for Tea/ }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  expect(await page.evaluate("document.activeElement?.tagName")).toBe("INPUT");
  await page.getByLabel("Name", { exact: true }).fill("Green tea");
  await button("Rename").click();
  await page.getByRole("link", { name: "Green tea" }).waitFor();

  await page.getByLabel("Search projects").fill("green");
  await page.getByRole("link", { name: "Answer with a chart" }).waitFor({ state: "detached" });
  await page.getByLabel("Order").selectOption("name");
  await button("Actions for Green tea").click();
  await page.getByRole("menuitem", { name: "Share" }).click();
  await page.getByLabel("User name on the workspace").fill("ann");
  await dialog().getByRole("button", { name: "Share", exact: true }).click();
  await page.getByText("Write the whole user name").waitFor();
  await page.getByLabel("User name on the workspace").fill("Ann@Example.com");
  await dialog().getByRole("button", { name: "Share", exact: true }).click();
  await page.getByLabel("What ann@example.com may do").selectOption("view");
  await button("Stop sharing with ann@example.com").click();
  await page.getByText("Nobody but you can see this project.").waitFor();
  await page.keyboard.press("Escape");

  await button("Actions for Green tea").click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await dialog().getByRole("button", { name: "Delete" }).click();
  await page.getByText("No project matches").waitFor();
  expect(troubles.list).toEqual([]);
});

test("a file is rendered, changed and saved, and never over what somebody else has written", async () => {
  await go(`/projects/${projectId}/files`);
  await button("notes.md").click();
  await page.getByRole("heading", { name: "Notes", exact: true }).waitFor();
  await button("Edit").click();
  const field = page.getByLabel(/The file's text/);
  await field.fill("# Mine\n");
  await page.keyboard.press("Control+s");
  await text("notes.md is saved.").waitFor();
  expect(await read("notes.md")).toBe("# Mine\n");

  await put("notes.md", "# Theirs\n");
  await field.fill("# Mine again\n");
  await button("Save").click();
  await text("The file was changed since you opened it.").waitFor();
  expect(await read("notes.md")).toBe("# Theirs\n");
  await button("Save mine over it").click();
  await text("No changes").waitFor();
  expect(await read("notes.md")).toBe("# Mine again\n");

  await field.fill("# Not saved\n");
  await button("CLAUDE.md").click();
  await text("Drop what is not saved?").waitFor();
  await dialog().getByRole("button", { name: "Drop changes" }).click();
  await page.getByRole("heading", { name: "CLAUDE.md", exact: true }).waitFor();
  expect(await read("notes.md")).toBe("# Mine again\n");
});

test("a file with Windows line ends keeps them", async () => {
  await put("windows.txt", "one\r\ntwo\r\n");
  await go(`/projects/${projectId}/files`);
  await button("windows.txt").click();
  await button("Edit").click();
  await page.getByLabel(/The file's text/).fill("one\ntwo\nthree\n");
  await button("Save").click();
  await text("windows.txt is saved.").waitFor();
  expect(await read("windows.txt")).toBe("one\r\ntwo\r\nthree\r\n");
});

test("files are uploaded, replaced only when asked, moved, downloaded and deleted", async () => {
  await go(`/projects/${projectId}/files`);
  await button("notes.md").waitFor();
  const csv = `city,n\n${Array.from({ length: 300 }, (_, at) => `c${at},${at}`).join("\n")}\n`;
  await page.getByLabel("Files to upload").setInputFiles([
    { name: "data.csv", mimeType: "text/csv", buffer: Buffer.from(csv) },
    { name: "notes.md", mimeType: "text/markdown", buffer: Buffer.from("# Uploaded\n") },
  ]);
  await text("Replace what is there?").waitFor();
  await button("Replace").click();
  await text("2 files are uploaded.").waitFor();
  expect(await read("notes.md")).toBe("# Uploaded\n");

  await button("data.csv").click();
  await page.getByRole("grid", { name: "data.csv" }).waitFor();
  await page.getByText("1 / 3", { exact: true }).waitFor();
  await page.getByRole("grid").getByRole("button", { name: "n", exact: true }).click();
  await page.getByRole("grid").getByRole("button", { name: "n", exact: true }).click();
  await page.getByRole("gridcell", { name: "c299", exact: true }).waitFor();

  await button("Actions for data.csv").click();
  await page.getByRole("menuitem", { name: "Rename or move" }).click();
  await page.getByLabel("Path in the project").fill("../outside.csv");
  await button("Move").click();
  await page.getByText("A part of the path is empty").waitFor();
  await page.getByLabel("Path in the project").fill("tables/data.csv");
  await button("Move").click();
  await page.getByRole("heading", { name: "tables/data.csv" }).waitFor();

  const [zip] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download all as zip" }).click(),
  ]);
  expect(zip.suggestedFilename()).toEndWith(".zip");
  await button("Actions for tables").click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await dialog().getByRole("button", { name: "Delete" }).click();
  await text("tables is deleted.").waitFor();
  await page.getByText("Choose a file").waitFor();
  expect(troubles.list).toEqual([]);
});

test("skills go off with their tools, own ones come and go, and the prompt has the project's instructions", async () => {
  await go(`/projects/${projectId}/skills`);
  const one = page.getByRole("switch", { name: "Use databricks-genie" });
  await one.click();
  await page
    .getByText(/hidden with it/)
    .first()
    .waitFor();
  await page.reload();
  await one.waitFor();
  expect(await one.getAttribute("aria-checked")).toBe("false");
  await button("All on").click();
  await page.waitForFunction("document.querySelector('[role=switch][aria-checked=false]') === null");

  await button("Add").click();
  await dialog().getByLabel("Name").fill("databricks-genie");
  await dialog().getByRole("button", { name: "Add" }).click();
  await page.getByText("One of Mortar's skills has this name.").waitFor();
  await dialog().getByLabel("Name").fill("team-style");
  await dialog().getByRole("button", { name: "Add" }).click();
  await button("team-style").click();
  await page.getByRole("heading", { name: "team-style", exact: true }).waitFor();
  await page.getByRole("tab", { name: "Skills" }).click();
  await button("Remove team-style").click();
  await dialog().getByRole("button", { name: "Remove" }).click();
  await text("team-style is removed.").waitFor();

  await page.getByRole("tab", { name: "Instructions and prompt" }).click();
  await page.getByLabel("Instructions of this project").fill("Money is in euros.");
  await button("Save instructions").click();
  await page.locator("pre").filter({ hasText: "Money is in euros." }).waitFor();
  expect(troubles.list).toEqual([]);
});

test("settings are kept, and a key goes in and never comes out", async () => {
  await go("/settings");
  await page.getByLabel(/^Plan only/).check();
  await page.getByText("Kept.").first().waitFor();
  await page.getByLabel(/^Your own Anthropic key/).check();
  await page.getByText("No key is kept yet").waitFor();
  await page.getByLabel("Anthropic API key").fill("sk-ant-test-0123456789");
  await button("Keep the key").click();
  await button("Forget it").waitFor();
  await page.reload();
  await button("Forget it").waitFor();
  expect(await page.getByLabel(/^Plan only/).isChecked()).toBe(true);
  expect(await page.content()).not.toContain("0123456789");
  expect(JSON.stringify(await send("GET", "/api/settings"))).not.toContain("0123456789");
  await button("Forget it").click();
  await page.getByText("No key is kept yet").waitFor();
  await page.getByLabel(/^The workspace's models/).check();
  await page.getByLabel(/^Dark/).check();
  await page.waitForFunction("document.documentElement.dataset.theme === 'dark'");
  await page.getByText("SQLite, on the server's disk").waitFor();
  expect(troubles.list).toEqual([]);
});

test("a conversation's context is chosen from what the workspace has", async () => {
  await go(`/projects/${projectId}`);
  await button(/^All/).click();
  await dialog()
    .getByRole("button", { name: /^SQL warehouse/ })
    .click();
  await page.getByRole("option", { name: /Serverless Starter/ }).waitFor();
  await page.keyboard.type("starter");
  await page.keyboard.press("Enter");
  await dialog()
    .getByRole("button", { name: /^SQL warehouse: Serverless Starter/ })
    .waitFor();
  await dialog()
    .getByRole("button", { name: /^Default catalog/ })
    .click();
  await page.getByRole("option", { name: "main" }).click();
  await dialog()
    .getByRole("button", { name: /^Default schema/ })
    .click();
  await page.getByRole("option", { name: "default" }).waitFor();
  // Esc closes the list alone.
  await page.keyboard.press("Escape");
  await dialog().getByText("What this conversation works with").waitFor();
  await button("Done").click();
  await button(/^Default catalog: .*main/).waitFor();
  await button(/^SQL warehouse: .*Serverless Starter/).waitFor();
  expect(troubles.list).toEqual([]);
  expect(troubles.foreign).toEqual([]);
});
