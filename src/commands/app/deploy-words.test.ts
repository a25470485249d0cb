// What a person reads of a deployment: rehearsed, done, failed, not yet through; and what a script gets.
import { describe, expect, test } from "bun:test";
import type { DeployOutcome } from "../../app/deploy/deploy.ts";
import { describe as say } from "./deploy-words.ts";

const yaml = 'command: ["python3", "start.py", "app", "serve", "--behind-databricks-apps"]\n';
const outcome = (more: Partial<DeployOutcome> = {}): DeployOutcome => ({
  name: "builder",
  action: "create",
  url: "https://builder-1.databricksapps.com",
  sourcePath: "/Workspace/Users/me@example.com/mortar-apps/builder",
  program: "/usr/bin/mortar",
  parts: { sha256: "a".repeat(64), sizeBytes: 145_700_000, parts: [] },
  uploaded: ["parts/x.gz", "app.yaml"],
  bytesSent: 4_500_000,
  alreadyThere: 20,
  removed: 0,
  scopes: ["sql"],
  refusedScopes: [],
  resources: [],
  makesDatabase: false,
  texts: [{ file: "app.yaml", text: yaml }],
  deployment: { ...deploymentOf("SUCCEEDED") },
  log: [],
  isFolderBroken: false,
  ...more,
});

function deploymentOf(state: string, message?: string) {
  return { id: "1", state, message, sourcePath: undefined, mode: undefined, creator: undefined, created: undefined };
}

describe("a deployment", () => {
  test("that runs is told with its address, and with what will be lost", () => {
    const { text, exit, data } = say(outcome({ refusedScopes: ["genie"] }), false);
    expect(exit).toBeUndefined();
    expect(text).toEndWith("builder runs at https://builder-1.databricksapps.com\n");
    expect(text).toContain("Uploaded 2 files (4.5 MB) to /Workspace/Users/me@example.com/mortar-apps/builder");
    expect(text).toContain("does not give these scopes to apps: genie.");
    expect(text).toContain("Without --lakebase the app's data is gone");
    expect(data).toMatchObject({ state: "SUCCEEDED", dry_run: false, hint: null, app_yaml: yaml });
    const kept = outcome({ resources: [{ name: "database", postgres: {} }] });
    expect(say(kept, false).text).not.toContain("--lakebase");
  });

  test("that failed ends with the log, and with what to do", () => {
    const log = ["mortar start: part 1 is damaged. Run --upload-all", "\u001b[31mred\u0007"];
    const failed = outcome({ deployment: deploymentOf("FAILED", "crashed"), log, isFolderBroken: true });
    const { text, exit, data } = say(failed, false);
    expect(exit).toBe(1);
    expect(text).toContain("The deployment of builder failed: crashed\n");
    expect(text).toContain("  mortar start: part 1 is damaged.");
    expect(text).not.toContain("\u001b");
    expect(text).toContain("Run mortar app deploy builder --upload-all");
    expect(data).toMatchObject({ state: "FAILED", log });
    const silent = say(outcome({ deployment: deploymentOf("FAILED") }), false);
    expect(silent.text).toContain("its page in the workspace shows it");
  });

  test("that is not through says how to wait for it", () => {
    const { text, exit } = say(outcome({ deployment: deploymentOf("IN_PROGRESS") }), false);
    expect(exit).toBe(1);
    expect(text).toContain("is not through yet");
    expect(text).toContain("Run mortar app deploy builder again");
  });

  test("only rehearsed says everything, and that nothing was changed", () => {
    const { text, exit } = say(outcome({ deployment: undefined, url: undefined, makesDatabase: true }), true);
    expect(exit).toBeUndefined();
    expect(text).toStartWith("Would create the app builder.\n");
    expect(text).toContain("Would create the database, which costs money");
    expect(text).toContain(`  ${yaml}`);
    expect(text).toEndWith("\nNothing was changed.\n");
  });
});
