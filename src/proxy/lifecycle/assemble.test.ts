import { expect, test } from "bun:test";
import { updateSettings } from "../../platform/settings.ts";
import { fixedUpstream, httpUpstream, startTestProxy } from "../testing.ts";
import { localDay } from "../usage/report.ts";
import { readUsageRows } from "../usage/store.ts";
import { answerOf, ask, messages, say, searchCall, text } from "../web/testing.ts";
import { assemble } from "./assemble.ts";
import { testHome } from "./testing.ts";

const found = {
  model: "system.ai.gpt-5",
  output: [],
  usage: { input_tokens: 1_000_000, output_tokens: 10 },
};

/** A workspace whose Claude searches once, and whose GPT does the searching. */
function searchingWorkspace() {
  let turns = 0;
  return httpUpstream((request) => {
    if (request.target.includes("/codex/")) return Response.json(found);
    turns += 1;
    return answerOf(say(turns % 2 === 1 ? searchCall(`toolu_${turns}`, "news") : text("Found it.")), request);
  });
}

test("a model of the workspace that searches is counted under the same session, and the budget holds it", async () => {
  await using home = await testHome();
  const { deps } = home;
  await updateSettings(deps, "websearch", () => ({ enabled: true, backend: "workspace", model: "system.ai.gpt-5" }));
  const watching = {
    name: "request-log",
    summary: "",
    byDefault: true,
    applies: () => false,
    handle: () => Promise.reject(new Error("not asked")),
  };
  const assembly = await assemble(deps, { requestLog: watching });
  await using upstream = searchingWorkspace();
  await using proxy = await startTestProxy(fixedUpstream(upstream.url), { filters: assembly.filters });
  const headers = { "x-claude-code-session-id": "s-9", "user-agent": "claude-cli/2" };
  const send = () => proxy.call(messages, { method: "POST", body: ask({ stream: true }), headers });
  expect(await (await send()).text()).toContain("it.");
  await updateSettings(deps, "usage", () => ({ dailyUsd: 1 }));
  await assembly.refresh();
  expect((await send()).status).toBe(403);
  assembly.close();
  expect(await readUsageRows(deps, localDay(Date.now()))).toContainEqual(
    expect.objectContaining({
      session: "s-9",
      agent: "claude-cli",
      model: "system.ai.gpt-5",
      requests: 1,
      input: 1_000_000,
    }),
  );
});
