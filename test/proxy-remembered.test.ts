// What a session has chosen holds for the commands after it; what a person then sets holds for the proxy that runs.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { testCertificates } from "../src/proxy/testing-certificate.ts";
import { createMachine, type Machine } from "./support/binary.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let url: string;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine, { profile: "team" });
  const { data } = await machine.json(["proxy", "start", "--port", "0", "--profile", "team"]);
  url = String(data["url"]);
});
afterAll(async () => {
  await machine.run(["proxy", "stop", "--now"]);
  await workspace.stop();
  await machine.dispose();
});

async function ask(): Promise<{ readonly status: number; readonly text: string }> {
  const key = (await readFile(join(machine.home, "mortar", "proxy-key"), "utf8")).trim();
  const response = await fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify({ model: "claude-sonnet-5", max_tokens: 8, messages: [{ role: "user", content: "hi" }] }),
    proxy: false,
  });
  return { status: response.status, text: await response.text() };
}

test("the commands about models are about the profile that agents are on", async () => {
  expect((await machine.json(["models", "list"])).data).toMatchObject({ profile: "team", host: workspace.host });
  expect((await machine.json(["models", "pin", "opus", "--off"])).data).toMatchObject({ profile: "team" });
  expect((await machine.json(["config", "upstream"])).data).toMatchObject({ profile: "team", host: workspace.host });
  const other = await machine.run(["models", "list", "--profile", "DEFAULT"]);
  expect(other.exitCode).not.toBe(0);
});

test("a budget that is used up stops the models in its own words, until it is taken off", async () => {
  expect((await ask()).status).toBe(200);
  await machine.json(["config", "budget", "--daily", "0"]);
  let refused = await ask();
  while (refused.status === 200) refused = await ask();
  expect(refused.status).toBe(403);
  expect(JSON.parse(refused.text)).toEqual({
    type: "error",
    error: {
      type: "permission_error",
      message: expect.stringMatching(/^The daily budget of \$0\.00 is used up.*--off`\.$/),
    },
  });
  await machine.json(["config", "budget", "--off"]);
  while ((await ask()).status !== 200);
});

test.skipIf(process.platform === "win32")("a dry run shows the port that the proxy has", async () => {
  const programs = join(machine.home, "programs");
  await mkdir(programs, { recursive: true });
  await Bun.write(join(programs, "claude"), "#!/bin/sh\n");
  await chmod(join(programs, "claude"), 0o755);
  const env = { PATH: `${programs}:${machine.env["PATH"]}` };
  const { stdout } = await machine.run(["claude", "--dry-run", "-p", "hi"], { env });
  expect(stdout).toContain(`"ANTHROPIC_BASE_URL": "${url}/p/team/anthropic"`);
});

test.skipIf(process.platform === "win32")(
  "a dry run shows the address and the authority of one that speaks TLS",
  async () => {
    const own = await createMachine();
    try {
      const [cert, key] = [join(own.home, "cert.pem"), join(own.home, "key.pem")];
      const files = testCertificates(["localhost", "127.0.0.1"]);
      await Promise.all([Bun.write(cert, files.cert), Bun.write(key, files.key)]);
      const started = await own.json(["proxy", "start", "--port", "0", "--tls-cert", cert, "--tls-key", key]);
      const programs = join(own.home, "programs");
      await mkdir(programs);
      await Bun.write(join(programs, "claude"), "#!/bin/sh\n");
      await chmod(join(programs, "claude"), 0o755);
      const env = { PATH: `${programs}:${own.env["PATH"]}` };
      const { stdout } = await own.run(["claude", "--dry-run", "-p", "hi"], { env });
      expect(stdout).toContain(`"ANTHROPIC_BASE_URL": "${String(started.data["url"])}/p/`);
      expect(String(started.data["url"])).toStartWith("https://");
      expect(stdout).toContain(`NODE_EXTRA_CA_CERTS=${cert}\n`);
    } finally {
      await own.run(["proxy", "stop", "--now"]);
      await own.dispose();
    }
  },
);
