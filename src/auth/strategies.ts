// All ways of signing in, in the order in which they are tried. Each is loaded only when its turn comes.
import type { StrategyModule } from "./strategy.ts";

export interface StrategyEntry {
  /** The value of `auth_type`. */
  readonly name: string;
  /** Only used when auth_type names it. */
  readonly byNameOnly?: boolean;
  readonly load: () => Promise<StrategyModule>;
}

/** The order of the Go tools (databricks-sdk-go config/auth_default.go), then the names that only others have. */
export const strategies: readonly StrategyEntry[] = [
  { name: "pat", load: () => import("./strategies/pat.ts") },
  { name: "basic", load: () => import("./strategies/basic.ts") },
  { name: "oauth-m2m", load: () => import("./strategies/oauth-m2m.ts") },
  { name: "databricks-cli", load: () => import("./strategies/databricks-cli.ts") },
  { name: "metadata-service", load: () => import("./strategies/metadata-service.ts") },
  { name: "github-oidc", load: () => import("./strategies/github-oidc.ts") },
  { name: "azure-devops-oidc", load: () => import("./strategies/azure-devops-oidc.ts") },
  { name: "env-oidc", load: () => import("./strategies/env-oidc.ts") },
  { name: "file-oidc", load: () => import("./strategies/file-oidc.ts") },
  { name: "github-oidc-azure", load: () => import("./strategies/github-oidc-azure.ts") },
  { name: "azure-msi", load: () => import("./strategies/azure-msi.ts") },
  { name: "azure-client-secret", load: () => import("./strategies/azure-client-secret.ts") },
  { name: "azure-cli", load: () => import("./strategies/azure-cli.ts") },
  { name: "google-credentials", load: () => import("./strategies/google-credentials.ts") },
  { name: "google-id", load: () => import("./strategies/google-id.ts") },
  { name: "external-browser", byNameOnly: true, load: () => import("./strategies/external-browser.ts") },
];

/** Ways of signing in that official tools know and Mortar does not take, with the reason. */
export const refusedStrategies: Readonly<Record<string, string>> = {
  runtime: "it is for code that runs inside a Databricks notebook",
  "runtime-oauth": "it is for code that runs inside a Databricks notebook",
  "runtime-native-auth": "it is for code that runs inside a Databricks notebook",
  "model-serving-user-credentials": "it is for code that runs inside a model serving endpoint",
};
