// create_knowledge_assistant, and its sources: add, delete, sync.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs } from "../waiting.ts";
import { agentOf, checkKind, createAgent, createPart, nameOf, removeNamed, syncSources } from "./agents-api.ts";
import { agentFailed, agentInput, agentOutput, agentText, shownAgent, untilMade } from "./fields.ts";

const sourceFields = {
  volume_path: z.string().optional().describe("Folder of documents: /Volumes/main/docs/policies"),
  index: z.string().optional().describe("Vector index: catalog.schema.index"),
  text_column: z.string().optional().describe("Of index"),
  uri_column: z.string().optional().describe("Of index: where a text comes from"),
  table: z.string().optional().describe("Table of files"),
  file_column: z.string().optional().describe("Of table"),
  source_name: z.string().optional(),
  source_description: z.string().optional().describe("What the documents say: the assistant goes by it"),
};

type Source = { readonly [Field in keyof typeof sourceFields]?: string | undefined };

export const createKnowledgeAssistant = defineTool({
  name: "create_knowledge_assistant",
  toolset: "agents",
  effect: "write",
  title: "Create a knowledge assistant",
  description:
    "Creates an assistant that answers from documents in a volume, an index or a table, which takes minutes.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    description: z.string().min(1).describe("What it knows"),
    instructions: z.string().optional(),
    ...sourceFields,
    wait_seconds: waitSecondsInput(50),
  }),
  output: agentOutput,
  targets: nowhere,
  run: async (context, { name, description, instructions, wait_seconds, ...source }) => {
    const body = sourceBody(source);
    const agent = nameOf(await createAgent(context, "assistant", { display_name: name, description, instructions }));
    try {
      await createPart(context, agent, { part: "knowledge-sources", body });
    } catch (thrown) {
      if (!(thrown instanceof MortarError)) throw thrown;
      throw new MortarError(thrown.code, `The assistant was made, its source was not: ${thrown.message}`, {
        hint: `Go on with ${agent}: \`add_knowledge_source\`, or \`delete_agent\`. Do not create it again.`,
        cause: thrown,
      });
    }
    const made = await untilMade(context, agent, waitMs({ wait_seconds }, context));
    return await shownAgent(context, made);
  },
  text: agentText,
  failed: agentFailed,
});

/** A source as the API takes it. Throws `invalid_input` unless it is one of the three kinds. */
function sourceBody(source: Source): object {
  const { volume_path, index, table, text_column, uri_column, file_column } = source;
  const given = [volume_path, index, table].filter((one) => one !== undefined);
  const [place] = given;
  if (place === undefined || given.length > 1) {
    throw wrong("A source is one of volume_path, index and table", "Add others by `add_knowledge_source`.");
  }
  const name = source.source_name ?? place.split(/[./]/).at(-1) ?? place;
  const head = { display_name: name, description: source.source_description ?? `Documents from ${place}` };
  if (volume_path !== undefined) {
    if (!volume_path.startsWith("/Volumes/"))
      throw wrong("volume_path begins with /Volumes/", "It is a folder, or a file in one.");
    return { ...head, source_type: "files", files: { path: volume_path } };
  }
  if (index !== undefined) {
    if (text_column === undefined || uri_column === undefined)
      throw wrong("index needs text_column and uri_column", "`get_vector_index` shows the columns.");
    return {
      ...head,
      source_type: "index",
      index: { index_name: index, text_col: text_column, doc_uri_col: uri_column },
    };
  }
  if (file_column === undefined) throw wrong("table needs file_column", "The column with the files.");
  return { ...head, source_type: "file_table", file_table: { table_name: table, file_col: file_column } };
}

const wrong = (message: string, hint: string): MortarError => new MortarError("invalid_input", message, { hint });

const agentNow = async (context: ToolContext, agent: string) => shownAgent(context, await agentOf(context, agent));

export const addKnowledgeSource = defineTool({
  name: "add_knowledge_source",
  toolset: "agents",
  effect: "write",
  title: "Add a knowledge source",
  description: "Gives a knowledge assistant one more source of documents.",
  input: z.strictObject({ agent: agentInput, ...sourceFields }),
  output: agentOutput,
  targets: nowhere,
  run: async (context, { agent, ...source }) => {
    const body = sourceBody(source);
    await createPart(context, checkKind(agent, "assistant"), { part: "knowledge-sources", body });
    return await agentNow(context, agent);
  },
  text: agentText,
});

export const syncKnowledgeSources = defineTool({
  name: "sync_knowledge_sources",
  toolset: "agents",
  effect: "write",
  idempotent: true,
  title: "Sync knowledge sources",
  description: "Lets a knowledge assistant read its documents anew after they changed.",
  input: z.strictObject({ agent: agentInput }),
  output: agentOutput,
  targets: nowhere,
  run: async (context, { agent }) => {
    await syncSources(context, checkKind(agent, "assistant"));
    return await agentNow(context, agent);
  },
  text: agentText,
});

export const deleteKnowledgeSource = defineTool({
  name: "delete_knowledge_source",
  toolset: "agents",
  effect: "destructive",
  title: "Delete a knowledge source",
  description: "Takes a source away from a knowledge assistant. The documents stay.",
  input: z.strictObject({
    source: z.string().describe("As get_agent names it: knowledge-assistants/ID/knowledge-sources/ID"),
  }),
  output: z.object({ source: z.string(), agent: z.string(), state: z.string() }),
  confirm: ({ source }) => question`Take the source ${source} away from its knowledge assistant?`,
  targets: nowhere,
  run: async (context, { source }) => {
    const agent = /^(knowledge-assistants\/[^/]+)\/knowledge-sources\/[^/]+$/.exec(source)?.[1];
    if (agent === undefined) throw wrong("That is no source of an assistant", "`get_agent` names them.");
    await removeNamed(context, source);
    return { source, agent, state: "DELETED" };
  },
  text: (output) => fieldText(fieldLines(output)),
});
