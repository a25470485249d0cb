// sql_task with a file: its statements one after the other in one session of the SQL engine.
import { isObject } from "../../platform/json.ts";
import { optionalTextMap } from "../http/fields.ts";
import { SqlFault, type SqlParameter } from "../sql/engine.ts";
import type { TaskOutput } from "./documents.ts";
import { misconfigured, succeeded, workloadFailed, type Execution, type Finish } from "./executors.ts";
import { resolve, resolveMap } from "./references.ts";
import { bindParameters, splitStatements } from "./sql-split.ts";

export async function runSqlTask(execution: Execution): Promise<Finish> {
  const { world, body, lookup, signal, run } = execution;
  const file = isObject(body["file"]) ? body["file"] : {};
  const path = resolve(String(file["path"]), lookup);
  const own = resolveMap(optionalTextMap(body["parameters"], "parameters") ?? {}, lookup);
  const values = { ...own, ...execution.parameters, ...run.legacy?.sql_params };
  execution.onResolved({ sql_task: { parameters: values } });
  const object = world.tree.find(path);
  if (object === undefined || object.objectType === "DIRECTORY") {
    const words = `Unable to access the SQL file "${path}". Either it does not exist, or the identity used to run this job, ${run.creator}, lacks the required permissions.`;
    return misconfigured(words, "RESOURCE_NOT_FOUND");
  }
  const text = new TextDecoder().decode(world.tree.read(path));
  const parameters: SqlParameter[] = Object.entries(values).map(([name, value]) => ({ name, value }));
  return runStatements({ execution, text, parameters, signal });
}

interface Script {
  readonly execution: Execution;
  readonly text: string;
  readonly parameters: readonly SqlParameter[];
  readonly signal: AbortSignal;
}

async function runStatements({ execution, text, parameters, signal }: Script): Promise<Finish> {
  const done: string[] = [];
  const output = (): TaskOutput => ({ sqlText: text, sqlStatements: [...done] });
  const session = await (await execution.world.sql()).session();
  try {
    for (const statement of splitStatements(text)) {
      signal.throwIfAborted();
      done.push(execution.world.ids.hex(32));
      execution.onProgress(output());
      const bound = bindParameters(statement, parameters);
      await session.query(bound.text, { parameters: bound.parameters, signal });
    }
    return { state: succeeded, output: output() };
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof SqlFault)) throw thrown;
    return { state: workloadFailed, output: { ...output(), error: thrown.message } };
  } finally {
    await session.close();
  }
}
