import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await startTestEmulator();
});

afterEach(() => emulator.dispose());

const services = "/api/2.1/unity-catalog/model-services";

interface Service {
  name: string;
  supported_api_types?: string[];
}

async function all(query: string): Promise<Service[]> {
  const found: Service[] = [];
  let token = "";
  do {
    const page = token === "" ? "" : `&page_token=${encodeURIComponent(token)}`;
    const { json, status } = await emulator.call(`GET ${services}?${query}${page}`);
    expect(status).toBe(200);
    found.push(...(json["model_services"] as unknown as Service[]));
    token = typeof json["next_page_token"] === "string" ? json["next_page_token"] : "";
  } while (token !== "");
  return found;
}

describe("model services", () => {
  test("a list without a page size is given up", async () => {
    expect((await emulator.call(`GET ${services}?parent=schemas/system.ai`)).status).toBe(499);
  });

  test("the pages of a schema, an empty one among them, hold its services under a prefix", async () => {
    const listed = await all("parent=schemas/system.ai&page_size=3");
    const names = listed.map(({ name }) => name);
    expect(names).toContain("model-services/system.ai.claude-opus-5-5");
    expect(names.every((name) => name.startsWith("model-services/system.ai."))).toBe(true);
    expect(new Set(names).size).toBe(names.length);
    expect(listed.every((service) => service.supported_api_types !== undefined)).toBe(true);
    expect(JSON.stringify(listed)).not.toContain("destinations");
  });

  test("every service of the list answers in each API that it names", async () => {
    const call = (path: string, body: object): Promise<{ status: number }> => emulator.call(`POST ${path}`, { body });
    const messages = [{ role: "user", content: "x" }];
    const ask: Record<string, (model: string) => Promise<{ status: number }>> = {
      "anthropic/v1/messages": (model) => call("/ai-gateway/anthropic/v1/messages", { model, max_tokens: 9, messages }),
      "openai/v1/responses": (model) => call("/ai-gateway/codex/v1/responses", { model, input: "x" }),
      "mlflow/v1/chat/completions": (model) => call("/ai-gateway/mlflow/v1/chat/completions", { model, messages }),
      "gemini/v1/generateContent": (model) =>
        call(`/ai-gateway/gemini/v1beta/models/${model}:generateContent`, { contents: [{ parts: [{ text: "x" }] }] }),
    };
    for (const { name, supported_api_types: types = [] } of await all("parent=schemas/system.ai&page_size=100")) {
      const model = name.replace("model-services/", "");
      for (const [type, question] of Object.entries(ask)) {
        expect([model, type, (await question(model)).status]).toEqual([model, type, types.includes(type) ? 200 : 404]);
      }
    }
  });

  test("what a list leaves out of a person's service, the service itself has", async () => {
    const opus = (await all("page_size=100")).find(({ name }) => name.endsWith("team-opus"));
    expect(opus).toEqual({ name: "model-services/main.agents.team-opus", full_name: "main.agents.team-opus" } as never);
    const { json } = await emulator.call(`GET ${services}/main.agents.team-opus`);
    expect(json).toMatchObject({
      supported_api_types: ["anthropic/v1/messages"],
      config: {
        routing: {
          destinations: [
            { name: "system.ai.claude-opus-4-6", is_deleted: true },
            { name: "system.ai.claude-opus-4-8" },
          ],
        },
      },
    });
  });

  test.each([
    ["main.restricted.secret-model", 403, "PERMISSION_DENIED"],
    ["main.agents.nobody", 404, "RESOURCE_DOES_NOT_EXIST"],
  ])("%s is %d", async (name, status, code) => {
    expect(await emulator.call(`GET ${services}/${name}`)).toMatchObject({ status, json: { error_code: code } });
  });

  test("a workspace may want to be named, and says its name in the refusal", async () => {
    await emulator.control("PATCH switches", { modelListNeedsOrgId: true });
    const refused = await emulator.call(`GET ${services}?page_size=1`);
    expect(refused.status).toBe(400);
    expect(String(refused.json["message"])).toContain("Invalid MetastoreId");
    const headers = { "x-databricks-org-id": refused.headers.get("x-databricks-org-id") ?? "" };
    expect((await emulator.call(`GET ${services}?page_size=1`, { headers })).status).toBe(200);
  });

  test("a parent of another form is refused", async () => {
    expect((await emulator.call(`GET ${services}?page_size=1&parent=system.ai`)).status).toBe(400);
  });
});

test("an endpoint that is ready need not be the caller's to query", async () => {
  const { json } = await emulator.call("GET /api/2.0/serving-endpoints/restricted-chat");
  expect(json["state"]).toMatchObject({ ready: "READY" });
  const body = { messages: [{ role: "user", content: "x" }] };
  const answer = await emulator.call("POST /serving-endpoints/restricted-chat/invocations", { body });
  expect(answer).toMatchObject({ status: 403, json: { error_code: "PERMISSION_DENIED" } });
});

test("lists may be empty without an error", async () => {
  await emulator.control("PATCH switches", { emptyModelLists: true });
  expect(await all("parent=schemas/system.ai&page_size=100")).toEqual([]);
  expect(await emulator.call("GET /ai-gateway/anthropic/v1/models")).toMatchObject({ status: 200, json: { data: [] } });
});

test("serving endpoints, and what each can be asked in", async () => {
  const { json } = await emulator.call("GET /api/2.0/serving-endpoints");
  const [first] = json["endpoints"] as unknown as { name: string }[];
  expect(first).toMatchObject({ name: "databricks-claude-opus-5-5", state: { ready: "READY" } });
  expect((await emulator.call(`GET /api/2.0/serving-endpoints/${first?.name}`)).json).toMatchObject({ ...first });
  expect((await emulator.call("GET /api/2.0/serving-endpoints/none")).status).toBe(404);
  const models = await emulator.call("GET /api/2.0/serving-endpoints:foundation-models");
  const [served] = models.json["endpoints"] as unknown as [{ config: { served_entities: unknown } }];
  expect(served.config.served_entities).toMatchObject([
    {
      foundation_model: { api_types: expect.arrayContaining(["anthropic/v1/messages"]), ai_gateway_v2_supported: true },
    },
  ]);
  const older = await emulator.call("GET /api/ai-gateway/v2/endpoints?page_size=1");
  expect(older.json).toMatchObject({ endpoints: [{ name: first?.name }], next_page_token: expect.any(String) });
});
