import { describe, expect, test } from "bun:test";
import { MortarError } from "../../platform/errors.ts";
import { silentLogger } from "../../platform/log.ts";
import type { ModelEndpoint, ModelListsApi, ModelService } from "../../workspace/model-lists.ts";
import { discoverModels, type FoundModel } from "./discover.ts";
import { chooseRoles, type Role } from "./roles.ts";

const anthropic = "anthropic/v1/messages";
const chat = "mlflow/v1/chat/completions";

function lists(parts: Partial<ModelListsApi>): ModelListsApi {
  const none = () => Promise.resolve([]);
  const whole = {
    services: none,
    gatewayEndpoints: none,
    foundationEndpoints: none,
    servingEndpoints: none,
    anthropicModels: none,
  };
  return { ...whole, service: () => Promise.reject(new MortarError("not_found", "no")), ...parts };
}

const service = (fullName: string, apiTypes: readonly string[], destinations?: readonly string[]): ModelService => ({
  fullName,
  apiTypes,
  destinations,
});
const endpoint = (name: string, apiTypes: readonly string[] = [], ready = true): ModelEndpoint => ({
  name,
  apiTypes,
  ready,
});
const log = { log: silentLogger };

describe("discovery", () => {
  test("takes what lists say whole, and asks for each service that people made", async () => {
    const asked: string[] = [];
    const api = lists({
      services: ({ schema } = {}) =>
        Promise.resolve(
          schema === "system.ai"
            ? [service("system.ai.claude-opus-5", [anthropic, chat])]
            : [
                service("main.a.team", []),
                service("main.a.mixed", []),
                service("main.a.secret", []),
                service("main.a.odd", []),
              ],
        ),
      service: (name) => {
        asked.push(name);
        if (name.endsWith("secret")) return Promise.reject(new MortarError("permission_denied", "no EXECUTE"));
        if (name.endsWith("odd")) return Promise.resolve(service(name, ["new/v9/thing"], []));
        const mixed = name.endsWith("mixed") ? ["system.ai.gpt-5"] : [];
        return Promise.resolve(service(name, [anthropic], ["system.ai.claude-opus-5", ...mixed]));
      },
    });
    const { models } = await discoverModels(api, { family: "model-services", schemas: ["main.a"] }, log);
    expect(asked.toSorted()).toEqual(["main.a.mixed", "main.a.odd", "main.a.secret", "main.a.team"]);
    const states = Object.fromEntries(models.map(({ id, state }) => [id, state]));
    expect(states).toEqual({
      "system.ai.claude-opus-5": "ready",
      "main.a.team": "ready",
      "main.a.mixed": "split",
      "main.a.secret": "forbidden",
      "main.a.odd": "unknown-api",
    });
  });

  test("falls back to endpoints where the services are listed empty", async () => {
    const api = lists({
      foundationEndpoints: () => Promise.resolve([endpoint("databricks-claude-opus-5", [anthropic])]),
    });
    const { models } = await discoverModels(api, { family: "model-services" }, log);
    expect(models).toEqual([{ id: "databricks-claude-opus-5", dialects: ["anthropic"], state: "ready" }]);
  });

  test("goes by names only where no list says what an endpoint answers", async () => {
    const api = lists({
      foundationEndpoints: () => Promise.reject(new MortarError("not_found", "no such path")),
      servingEndpoints: () =>
        Promise.resolve([
          endpoint("databricks-claude-opus-5"),
          endpoint("databricks-gpt-5"),
          endpoint("databricks-bge-large-en"),
          endpoint("my-regression"),
          endpoint("databricks-llama-4", [], false),
        ]),
    });
    const { models } = await discoverModels(api, { family: "serving-endpoints" }, log);
    expect(models.map(({ id, dialects, state }) => [id, dialects.join(), state])).toEqual([
      ["databricks-claude-opus-5", "anthropic,chat", "ready"],
      ["databricks-gpt-5", "responses,chat", "ready"],
      ["databricks-llama-4", "chat", "not-ready"],
    ]);
  });

  test("says what is missing where nothing is found, and does not hide that it could not ask", async () => {
    expect(discoverModels(lists({}), { family: "model-services" }, log)).rejects.toMatchObject({ code: "not_found" });
    const down = lists({ services: () => Promise.reject(new MortarError("unreachable", "down")) });
    expect(discoverModels(down, { family: "model-services" }, log)).rejects.toMatchObject({ code: "unreachable" });
  });
});

describe("the roles", () => {
  const model = (id: string, dialects: FoundModel["dialects"], state: FoundModel["state"] = "ready"): FoundModel => ({
    id,
    dialects,
    state,
  });
  const models = [
    model("system.ai.claude-opus-4-8", ["anthropic"]),
    model("main.a.claude-opus-5", ["anthropic"]),
    model("system.ai.claude-opus-5", ["anthropic"]),
    model("system.ai.claude-opus-6", ["anthropic"], "forbidden"),
    model("system.ai.claude-sonnet-5", ["chat"]),
    model("system.ai.gpt-5-6", ["responses", "chat"]),
    model("system.ai.gpt-5-6-codex", ["responses"]),
    model("system.ai.gpt-5-6-mini", ["responses"]),
    model("system.ai.gemini-4-flash", ["gemini"]),
    model("system.ai.gemini-4-pro", ["gemini"]),
    model("system.ai.gpt-oss-120b", ["chat"]),
  ];
  const chosen = (pins = {}): Partial<Record<Role, string | undefined>> =>
    Object.fromEntries(chooseRoles(models, pins).map(({ role, model: id }) => [role, id]));

  test("get the newest that can be asked in the dialect of the role", () => {
    expect(chosen()).toEqual({
      opus: "system.ai.claude-opus-5",
      sonnet: undefined,
      haiku: undefined,
      fable: undefined,
      codex: "system.ai.gpt-5-6-codex",
      gemini: "system.ai.gemini-4-pro",
      chat: "system.ai.gpt-oss-120b",
    });
  });

  test("keep to a pin, also to one that is not listed", () => {
    expect(chosen({ opus: "system.ai.claude-opus-4-8", haiku: "x.y.z" })).toMatchObject({
      opus: "system.ai.claude-opus-4-8",
      haiku: "x.y.z",
    });
  });
});
