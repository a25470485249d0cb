// The model dialects, declared once: where an agent finds each on the proxy, and where the workspace has it.
import type { UpstreamFamily } from "./family.ts";

export type DialectName = "anthropic" | "responses" | "gemini" | "chat" | "otel";

export interface Dialect {
  readonly name: DialectName;
  readonly title: string;
  /** Its base below `/p/PROFILE/`, as the workspace has it below `/ai-gateway/`; the first is the one that agents get. */
  readonly bases: readonly string[];
  /** Paths at the root that mean it, as the proxies before this one had them; the agent's own path is kept whole. */
  readonly roots: readonly string[];
  /** Bases on the workspace, the best first: the next is tried when one answers that it is not there. */
  readonly upstream: Readonly<Record<UpstreamFamily, readonly string[]>>;
}

// Paths: docs.databricks.com, AI Gateway "coding agents"; the older ones from "foundation model APIs".
const gateway = (...bases: readonly string[]) => bases.map((base) => `/ai-gateway/${base}`);

export const dialects: readonly Dialect[] = [
  {
    name: "anthropic",
    title: "Anthropic Messages",
    bases: ["anthropic"],
    roots: ["/v1/messages", "/v1/models"],
    upstream: {
      "model-services": gateway("anthropic"),
      "ai-gateway": gateway("anthropic"),
      "serving-endpoints": ["/serving-endpoints/anthropic"],
    },
  },
  {
    name: "responses",
    title: "OpenAI Responses",
    bases: ["codex/v1", "openai/v1"],
    roots: ["/responses", "/v1/responses"],
    upstream: {
      "model-services": gateway("codex/v1", "openai/v1"),
      "ai-gateway": gateway("codex/v1", "openai/v1"),
      "serving-endpoints": ["/serving-endpoints/openai/v1"],
    },
  },
  {
    name: "gemini",
    title: "Gemini",
    bases: ["gemini"],
    roots: ["/v1beta"],
    upstream: {
      "model-services": gateway("gemini"),
      "ai-gateway": gateway("gemini"),
      "serving-endpoints": ["/serving-endpoints/gemini"],
    },
  },
  {
    name: "chat",
    title: "chat completions",
    bases: ["mlflow/v1"],
    roots: ["/chat/completions", "/v1/chat/completions"],
    upstream: {
      "model-services": gateway("mlflow/v1"),
      "ai-gateway": gateway("mlflow/v1"),
      "serving-endpoints": ["/serving-endpoints"],
    },
  },
  {
    name: "otel",
    title: "OpenTelemetry",
    bases: ["otel"],
    roots: ["/otel"],
    upstream: {
      "model-services": ["/api/2.0/otel"],
      "ai-gateway": ["/api/2.0/otel"],
      "serving-endpoints": ["/api/2.0/otel"],
    },
  },
];
