// What a test of tools through the binary stands on: a machine, an emulated workspace, and a session with its MCP server.
import { afterAll, beforeAll, expect } from "bun:test";
import { createMachine, type Machine } from "./binary.ts";
import { openSession, startWorkspace, type Session, type TestWorkspace } from "./workspace.ts";

type Data = Record<string, unknown>;

export interface ToolStage {
  readonly machine: Machine;
  readonly workspace: TestWorkspace;
  readonly session: Session;
  /** Calls a tool, which has to work, and gives its structured half. */
  done(name: string, args?: Data): Promise<Data>;
  /** Calls a tool, which has to fail, and gives what it says. */
  refused(name: string, args?: Data): Promise<string>;
}

/**
 * Builds it before the tests of the file that calls this, and takes it away after them. `words` are for `mortar mcp serve`;
 * `prepare` runs when all of it is there.
 */
export function toolStage(words: readonly string[], prepare?: (stage: ToolStage) => Promise<unknown>): ToolStage {
  let parts: Pick<ToolStage, "machine" | "workspace" | "session"> | undefined;
  const built = (): NonNullable<typeof parts> => {
    if (parts === undefined) throw new Error("the stage is built before the tests, not before that");
    return parts;
  };
  const stage: ToolStage = {
    get machine() {
      return built().machine;
    },
    get workspace() {
      return built().workspace;
    },
    get session() {
      return built().session;
    },
    done: async (name, args = {}) => {
      const { isError, text, data } = await built().session.call(name, args);
      expect([name, isError, text]).toEqual([name, false, expect.any(String)]);
      return data;
    },
    refused: async (name, args = {}) => {
      const { isError, text } = await built().session.call(name, args);
      expect([name, isError, text]).toEqual([name, true, expect.any(String)]);
      return text;
    },
  };
  beforeAll(async () => {
    const machine = await createMachine();
    const workspace = await startWorkspace(machine);
    parts = { machine, workspace, session: await openSession(machine, words) };
    await prepare?.(stage);
  }, 60_000);
  afterAll(async () => {
    await parts?.session.close();
    await parts?.workspace.stop();
    await parts?.machine.dispose();
  });
  return stage;
}
