// Examples of an agent: questions with guidelines of what a good answer says.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { isObject, parseJson } from "../../platform/json.ts";
import { requiredText, text, texts } from "../../workspace/fields.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs } from "../waiting.ts";
import { checkAgent, createPart, nameOf, partsOf, removeNamed } from "./agents-api.ts";
import { agentInput, untilMade } from "./fields.ts";

export const listAgentExamples = defineTool({
  name: "list_agent_examples",
  toolset: "agents",
  effect: "read",
  title: "List examples of an agent",
  description: "Lists an agent's example questions with their guidelines.",
  input: z.strictObject({ agent: agentInput, ...listInput }),
  output: listOutput,
  run: async (context, { agent, ...input }) => {
    const found = await partsOf(context, checkAgent(agent), "examples");
    const items = found.map((wire) => ({ name: requiredText(wire, "question"), wire }));
    return listPage({ items, truncated: false }, input, {
      fields: {
        example: ({ wire }) => nameOf(wire),
        question: ({ name }) => name,
        guidelines: ({ wire }) => texts(wire, "guidelines").join("; "),
      },
      textChars: context.limits.textChars,
      nothing: "It has none. `add_agent_examples` gives it some.",
    });
  },
  text: listText,
});

export const addAgentExamples = defineTool({
  name: "add_agent_examples",
  toolset: "agents",
  effect: "write",
  title: "Add examples to an agent",
  description:
    "Gives an agent example questions with guidelines. It waits until the agent is there; a question that it has is left out.",
  input: z.strictObject({
    agent: agentInput,
    examples: z
      .array(z.strictObject({ question: z.string().min(1), guidelines: z.array(z.string()).default([]) }))
      .default([]),
    volume_path: z.string().optional().describe("Folder whose *.json files have question and guideline"),
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object({
    agent: z.string(),
    added: z.number(),
    known: z.number(),
    failed: z.array(z.string()),
    hint: z.string().optional(),
  }),
  targets: nowhere,
  run: async (context, { agent, volume_path, wait_seconds, ...given }) => {
    const examples = [...given.examples, ...(volume_path === undefined ? [] : await examplesIn(context, volume_path))];
    if (examples.length === 0)
      throw new MortarError("invalid_input", "There are no examples to add", {
        hint: 'Give examples, or a folder with files such as {"question": "...", "guideline": "..."}.',
      });
    const state = text(await untilMade(context, checkAgent(agent), waitMs({ wait_seconds }, context)), "state");
    if (state === "CREATING") {
      throw new MortarError("invalid_state", `${agent} is still being made: no example was added`, {
        hint: "Call this again in a few minutes: nothing is kept for later.",
      });
    }
    const has = new Set((await partsOf(context, agent, "examples")).map((wire) => text(wire, "question")));
    const failed: string[] = [];
    let [added, known] = [0, 0];
    for (const example of examples) {
      context.signal.throwIfAborted();
      if (has.has(example.question)) known += 1;
      else if (await addOne(context, agent, { example, failed })) added += 1;
      has.add(example.question);
      context.progress(`examples of ${agent}`, added + known + failed.length, examples.length);
    }
    const hint = failed.length === 0 ? undefined : "Add the failed ones again; those that it has are left out.";
    return { agent, added, known, failed, hint };
  },
  text: (output) => fieldText(fieldLines(output)),
  failed: ({ added, known }) => added + known === 0,
});

const mostFiles = 200;
const mostFileBytes = 64 * 1_024;

/** The examples in the JSON files right in a folder of a volume; a file that is none is passed over. */
async function examplesIn({ workspace, signal }: ToolContext, folder: string): Promise<readonly Example[]> {
  const path = folder.replace(/\/+$/, "");
  const { items } = await workspace.files.list(path, { limit: mostFiles, signal });
  const names = items.filter(({ name, isDirectory }) => !isDirectory && name.endsWith(".json")).map(({ name }) => name);
  const found: Example[] = [];
  for (const name of names) {
    const bytes = await workspace.files.readPart(`${path}/${name}`, { offset: 0, length: mostFileBytes, signal });
    found.push(...exampleIn(new TextDecoder().decode(bytes)));
  }
  return found;
}

function exampleIn(file: string): readonly Example[] {
  let value: unknown;
  try {
    value = parseJson(file);
  } catch {
    return [];
  }
  if (!isObject(value) || typeof value["question"] !== "string" || value["question"] === "") return [];
  const given = value["guidelines"] ?? value["guideline"] ?? [];
  const guidelines = (Array.isArray(given) ? given : [given]).filter((one) => typeof one === "string");
  return [{ question: value["question"], guidelines }];
}

interface Example {
  readonly question: string;
  readonly guidelines: readonly string[];
}

interface Adding {
  readonly example: Example;
  /** Where a refusal is noted: the others go on. */
  readonly failed: string[];
}

async function addOne(
  context: Parameters<typeof createPart>[0],
  agent: string,
  { example, failed }: Adding,
): Promise<boolean> {
  try {
    await createPart(context, agent, { part: "examples", body: example });
    return true;
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || thrown.code === "interrupted") throw thrown;
    failed.push(`${example.question}: ${thrown.message}`);
    return false;
  }
}

export const deleteAgentExample = defineTool({
  name: "delete_agent_example",
  toolset: "agents",
  effect: "destructive",
  title: "Delete an example of an agent",
  description: "Deletes an example question of an agent.",
  input: z.strictObject({ example: z.string().describe("As list_agent_examples names it") }),
  output: z.object({ example: z.string(), agent: z.string(), state: z.string() }),
  confirm: ({ example }) => question`Delete the example ${example}?`,
  targets: nowhere,
  run: async (context, { example }) => {
    const agent = /^((?:knowledge-assistants|supervisor-agents)\/[^/]+)\/examples\/[^/]+$/.exec(example)?.[1];
    if (agent === undefined) {
      throw new MortarError("invalid_input", "That is no example of an agent", {
        hint: "`list_agent_examples` names them.",
      });
    }
    await removeNamed(context, example);
    return { example, agent, state: "DELETED" };
  },
  text: (output) => fieldText(fieldLines(output)),
});
