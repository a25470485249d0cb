// `mortar config otel show`: which telemetry is sent where.
import type { Run } from "../../cli/context.ts";
import { readOtel } from "../../proxy/otel/signals.ts";
import { otelResult } from "./otel-words.ts";

export const run: Run = async ({ deps }) => otelResult(await readOtel(deps));
