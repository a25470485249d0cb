// create_lakebase_credential: a password for Postgres, into a file of this machine that only its owner can read.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { object, requiredText, text } from "../../workspace/fields.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { localPath } from "../transfer/local-place.ts";
import { database, getInstance, getPostgres, postgres } from "./lakebase-api.ts";
import { endpointInput, endpointName } from "./names.ts";

export const createLakebaseCredential = defineTool({
  name: "create_lakebase_credential",
  toolset: "lakebase",
  effect: "write",
  local: true,
  title: "Make a password for Lakebase",
  description:
    "Makes a password for Postgres that lives an hour, and puts it into a local password file (PGPASSFILE) that only its owner can read. Nobody sees it.",
  input: z.strictObject({
    endpoint: endpointInput.optional(),
    instance: z.string().optional().describe("Or an instance's name"),
    database_name: z.string().min(1, "must not be empty").default("databricks_postgres"),
    local_file: z
      .string()
      .min(1, "must not be empty")
      .describe("Local password file; lines for other hosts in it stay"),
  }),
  output: z.object({
    local_file: z.string(),
    host: z.string(),
    port: z.number(),
    database_name: z.string(),
    user_name: z.string(),
    expires: z.string().optional(),
    connect_with: z.string(),
  }),
  spellings: { instance_name: "instance" },
  targets: nowhere,
  run: async (context, input) => {
    const { host, token, expires } = await madeFor(context, input);
    const user_name = await context.workspace.identity.userName({ signal: context.signal });
    const file = localPath(context.deps, input.local_file);
    await putLine(file, { host, database: input.database_name, user: user_name, token });
    const parts = `host=${host} port=5432 dbname=${input.database_name} user=${user_name} sslmode=require`;
    return {
      local_file: file,
      host,
      port: 5432,
      database_name: input.database_name,
      user_name,
      expires,
      connect_with: `PGPASSFILE='${file}' psql '${parts}'`,
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

interface Wish {
  readonly endpoint?: string | undefined;
  readonly instance?: string | undefined;
}

interface Made {
  readonly host: string;
  readonly token: string;
  readonly expires: string | undefined;
}

async function madeFor(context: ToolContext, { endpoint, instance }: Wish): Promise<Made> {
  const { workspace, signal } = context;
  if (endpoint !== undefined && instance === undefined) {
    const name = endpointName(endpoint);
    const hosts = object(object(await getPostgres(context, name), "status") ?? {}, "hosts") ?? {};
    const body = { endpoint: name };
    const wire = await workspace.client.json({ method: "POST", path: `${postgres}/credentials`, body, signal });
    return {
      host: requiredText(hosts, "host"),
      token: requiredText(wire, "token"),
      expires: text(wire, "expire_time"),
    };
  }
  if (instance !== undefined && endpoint === undefined) {
    const host = requiredText(await getInstance(context, instance), "read_write_dns");
    const body = { instance_names: [instance], request_id: crypto.randomUUID() };
    const wire = await workspace.client.json({ method: "POST", path: `${database}/credentials`, body, signal });
    return { host, token: requiredText(wire, "token"), expires: text(wire, "expiration_time") };
  }
  throw new MortarError("invalid_input", "A password is for an endpoint or for an instance", {
    hint: "Give one of endpoint and instance.",
  });
}

interface Line {
  readonly host: string;
  readonly database: string;
  readonly user: string;
  readonly token: string;
}

/** The line for this place in the place of an older one; https://www.postgresql.org/docs/current/libpq-pgpass.html */
async function putLine(file: string, { host, database: name, user, token }: Line): Promise<void> {
  const start = `${[host, "5432", name, user].map(escaped).join(":")}:`;
  const before = (await readTextIfPresent(file)) ?? "";
  const kept = before.split("\n").filter((line) => line !== "" && !line.startsWith(start));
  await writeAtomic(file, `${[...kept, `${start}${escaped(token)}`].join("\n")}\n`, { mode: 0o600, forceMode: true });
}

const escaped = (text: string): string => text.replaceAll(/[\\:]/g, (sign) => `\\${sign}`);
