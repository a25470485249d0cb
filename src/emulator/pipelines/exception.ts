// An exception as an event tells it.
import type { JsonObject } from "../../platform/json.ts";
import { PipelineFault } from "./graph.ts";

export function exceptionOf(thrown: Error): JsonObject {
  const isFault = thrown instanceof PipelineFault;
  const className = isFault ? thrown.className : "org.apache.spark.sql.AnalysisException";
  const trace = isFault ? thrown.trace : undefined;
  const message = trace !== undefined && trace.includes(thrown.message) ? trace : thrown.message;
  return { class_name: className, message, stack: [] };
}
