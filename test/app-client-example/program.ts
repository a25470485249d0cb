// Asks the app a question as a service principal, and prints the answer: `bun program.ts "How much fruit is there?"`.
// APP_URL, DATABRICKS_HOST, DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET say where and as whom; PROJECT_ID goes on in a project.
import { createAppClient } from "./client.ts";

function setting(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== "") return value;
  console.error(`${name} is not set`);
  process.exit(2);
}

const client = createAppClient({
  appUrl: setting("APP_URL"),
  workspaceUrl: setting("DATABRICKS_HOST"),
  clientId: setting("DATABRICKS_CLIENT_ID"),
  clientSecret: setting("DATABRICKS_CLIENT_SECRET"),
});
const message = process.argv.slice(2).join(" ");
const projectId = process.env["PROJECT_ID"] ?? (await client.createProject("From a program")).id;
const { status, text } = await client.ask({
  projectId,
  message,
  onEvent: (event) => {
    if (event.type === "tool_use") console.error(`calls ${String(event["tool_name"])}`);
  },
});
console.log(text);
if (status !== "completed") {
  console.error(`The run ended as ${status}`);
  process.exit(1);
}
