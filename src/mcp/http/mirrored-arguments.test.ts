// Arguments that are repeated in headers: the same, or refused; and nothing is read where nothing is to be repeated.
import { describe, expect, test } from "bun:test";
import { mirrorRefusal, type MirroredArguments } from "./mirrored-arguments.ts";

const wanted: MirroredArguments = { region: "Region", count: "Count", dry: "Dry" };

function call(args: object, headers: Record<string, string>, method = "tools/call"): Request {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method, params: { name: "t", arguments: args } });
  return new Request("http://x/mcp", {
    method: "POST",
    body,
    headers: { "mcp-method": method, "mcp-name": "t", ...headers },
  });
}

async function statusOf(request: Request): Promise<number | undefined> {
  return (await mirrorRefusal(request, (tool) => (tool === "t" ? wanted : undefined)))?.status;
}

const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString("base64")}?=`;

describe("a call", () => {
  const cases: readonly (readonly [string, object, Record<string, string>, number | undefined])[] = [
    ["whose header says the same", { region: "eu" }, { "mcp-param-region": "eu" }, undefined],
    ["whose header says it in base64", { region: "Grüße" }, { "mcp-param-region": base64("Grüße") }, undefined],
    [
      "with half of the mark of base64, which is text",
      { region: "=?base64?x" },
      { "mcp-param-region": "=?base64?x" },
      undefined,
    ],
    ["with a number written otherwise", { count: 42 }, { "mcp-param-count": "42.0" }, undefined],
    ["with a switch", { dry: false }, { "mcp-param-dry": "false" }, undefined],
    ["without the argument", {}, {}, undefined],
    ["with null for it", { region: null }, {}, undefined],
    ["without the header", { region: "eu" }, {}, 400],
    ["with another value", { region: "eu" }, { "mcp-param-region": "EU" }, 400],
    ["with broken base64", { region: "Hello" }, { "mcp-param-region": "=?base64?SGVs!!!bG8=?=" }, 400],
    ["with base64 that is no text", { region: "Hello" }, { "mcp-param-region": "=?base64?/w==?=" }, 400],
    ["with no number", { count: 0 }, { "mcp-param-count": "" }, 400],
    ["of a tool named in base64", { region: "eu" }, { "mcp-name": base64("t") }, 400],
    ["of another tool", { region: "eu" }, { "mcp-name": "other" }, undefined],
  ];
  test.each(cases.map(([what, args, headers, status]) => [what, args, headers, status] as const))(
    "%s",
    async (_what, args, headers, status) => {
      expect(await statusOf(call(args, headers))).toBe(status);
    },
  );

  test("that is refused is told by the protocol's code and under its id", async () => {
    const refused = await mirrorRefusal(call({ region: "eu" }, {}), () => wanted);
    expect(await refused?.json()).toMatchObject({
      id: 7,
      error: { code: -32_020, data: { mismatch: { argument: "region" } } },
    });
  });
});

test("another method is not looked at, and its body stays unread", async () => {
  const request = call({ region: "eu" }, {}, "tools/list");
  expect(await statusOf(request)).toBeUndefined();
  expect(request.bodyUsed).toBe(false);
});
