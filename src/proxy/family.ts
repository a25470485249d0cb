// The generations of what a workspace has to call models by.

/** What a workspace offers of models: Unity Catalog model services, AI Gateway v2 endpoints, or serving endpoints alone. */
export type UpstreamFamily = "model-services" | "ai-gateway" | "serving-endpoints";

export const upstreamFamilies: readonly UpstreamFamily[] = ["model-services", "ai-gateway", "serving-endpoints"];
