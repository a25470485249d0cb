// The public face of the agent service: all that another program needs to give an agent work and to see what it does.
export { Secret } from "../../platform/secret.ts";
export { MortarError } from "../../platform/errors.ts";
export { createAgent, type AgentMessage, type AgentOptions, type AgentService } from "./embedded/agent-service.ts";
export type { AgentEvent, Todo, Usage } from "../contract/events.ts";
export type { EngineName, PermissionMode } from "../contract/api.ts";
export type { EngineServer, ShellMode } from "./engine.ts";
export type { Question } from "./embedded/approval-server.ts";
