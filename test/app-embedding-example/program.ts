// A program of somebody else's with an agent in it: a question about a folder of notes, answered with the workspace's data.
import { createAgent, type AgentEvent } from "mortar/agent";

const [folder = ".", message = "", ...flags] = process.argv.slice(2);

// Models of one workspace, tools of another: each by the name of its profile.
await using agent = await createAgent({
  stateFolder: `${folder}-state`,
  profile: "models",
  toolsProfile: "data",
  tools: { toolsets: ["sql"] },
});

const approve = async ({ tool_name }: { readonly tool_name: string }) => {
  console.log(`asked: ${tool_name}`);
  return flags.includes("--yes") ? "allow" : "deny";
};

function shown(event: AgentEvent): string | undefined {
  if (event.type === "text") return `says: ${event.text}`;
  if (event.type === "tool_use") return `calls: ${event.tool_name}`;
  if (event.type === "tool_result") return `${event.is_error ? "failed" : "got"}: ${event.content.slice(0, 400)}`;
  if (event.type === "error") return `error: ${event.code} ${event.message}`;
  return event.type === "result" ? `ended: ${event.is_error ? "badly" : "well"}` : undefined;
}

for await (const event of agent.run({ folder, message, conversation: "notes", approve })) {
  const line = shown(event);
  if (line !== undefined) console.log(line);
}
