// What was made for one run alone is not told by its agent, in whatever the agent prints.
import { expect, test } from "bun:test";
import { Secret } from "../../platform/secret.ts";
import { veilOf } from "./request-veil.ts";
import { createFakeStage } from "./testing.ts";

test("the way to the models, its key and the secret of the tools are not shown", async () => {
  await using stage = await createFakeStage();
  const url = "http://127.0.0.1:33041/p/DEFAULT@IxHqo-fmNWfmMYaf1zUaCBX5uPQFVA0R";
  const home = { home: `${stage.root}/home`, temporary: `${stage.root}/tmp` };
  const gateway = await veilOf(stage.request, { folder: stage.request.folder, home, name: "agent" });
  expect(gateway.text(`${stage.request.models.kind} http://127.0.0.1:1/p/DEFAULT`)).toBe(
    "proxy http://127.0.0.1:1/p/DEFAULT",
  );
  const request = { ...stage.request, models: { kind: "proxy", url, key: new Secret("key-of-the-run") } as const };
  const veil = await veilOf(request, { folder: request.folder, home, name: "agent" });
  const shown = veil.text(`ANTHROPIC_BASE_URL=${url}/anthropic\nANTHROPIC_AUTH_TOKEN=key-of-the-run\nPWD=/usr`);
  expect(shown).toBe("ANTHROPIC_BASE_URL=***\nANTHROPIC_AUTH_TOKEN=***\nPWD=/usr");
});
