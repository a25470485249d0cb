// The sections of `mortar config show`, in their order. A room with something to tell adds its provider here.
import { emulatorFacts } from "../emulator/facts.ts";
import type { FactProvider } from "./facts.ts";
import { proxyFacts } from "../proxy/facts.ts";
import { filterFacts, modelFacts, telemetryFacts } from "./model-facts.ts";
import { fileFacts, networkFacts, programFacts } from "./place-facts.ts";
import { agentFacts, toolFacts } from "./program-facts.ts";
import { termsFacts } from "./terms-facts.ts";
import { websearchFacts } from "./websearch-facts.ts";
import { workspaceFacts } from "./workspace-facts.ts";

export const factProviders: readonly FactProvider[] = [
  workspaceFacts,
  agentFacts,
  toolFacts,
  termsFacts,
  emulatorFacts,
  proxyFacts,
  modelFacts,
  filterFacts,
  telemetryFacts,
  websearchFacts,
  networkFacts,
  fileFacts,
  programFacts,
];
