// What Claude Desktop is told, as a list of keys: the one source of the profile, the registry file and the JSON.
// Keys and types: claude.com/docs/third-party/claude-desktop/configuration.
import type { Secret } from "../platform/secret.ts";

export interface DesktopModel {
  readonly name: string;
  readonly supports1m?: true;
}

/** The app asks the workspace itself, with a token of the helper's. */
export interface HelperConnection {
  readonly kind: "helper";
  /** `https://dbc-1.cloud.databricks.com/ai-gateway/anthropic` */
  readonly gatewayUrl: string;
  /** Absolute path of the program that prints a token. It is called without arguments. */
  readonly helper: string;
  /** How long the app keeps a token. */
  readonly ttlSec: number;
}

/** The app asks the proxy on its machine. */
export interface DaemonConnection {
  readonly kind: "daemon";
  /** `http://127.0.0.1:49153/p/DEFAULT/anthropic` */
  readonly proxyUrl: string;
  readonly port: number;
  readonly key: Secret;
  /** The app adds `/v1/logs` and its like. */
  readonly telemetryUrl?: string | undefined;
}

/** What our own program reads on a managed machine: which workspace the helper prints tokens of. */
export interface FleetSettings {
  readonly profile: string;
  readonly host: string;
  readonly databricksCliPath?: string | undefined;
}

export interface DesktopWish {
  readonly connection: HelperConnection | DaemonConnection;
  readonly fleet: FleetSettings;
  /** The first is the default. Without any the app asks the gateway for its list. */
  readonly models: readonly DesktopModel[];
  /** Extensions without a trusted publisher's signature are refused. */
  readonly signedExtensionsOnly: boolean;
  /** Users may add MCP servers that run on their machine. */
  readonly localServers: boolean;
}

export type SettingValue = string | boolean | number | Secret | Readonly<Record<string, unknown>> | readonly unknown[];

export interface Setting {
  readonly key: string;
  readonly value: SettingValue;
}

/** Longer than a sign-in in a browser takes: the app's own limit is a minute, at most 600 s. */
const helperTimeoutSec = 300;

/** The keys of the app's own domain, in their order. */
export function desktopSettings(wish: DesktopWish): readonly Setting[] {
  const { connection, models, signedExtensionsOnly, localServers } = wish;
  const isHelper = connection.kind === "helper";
  return [
    { key: "disableDeploymentModeChooser", value: true },
    { key: "inferenceProvider", value: "gateway" },
    { key: "inferenceGatewayBaseUrl", value: isHelper ? connection.gatewayUrl : connection.proxyUrl },
    { key: "inferenceGatewayAuthScheme", value: "bearer" },
    { key: "inferenceCredentialKind", value: isHelper ? "helper-script" : "static" },
    ...(isHelper ? helperSettings(connection) : daemonSettings(connection)),
    { key: "modelDiscoveryEnabled", value: models.length === 0 },
    ...(models.length === 0 ? [] : [{ key: "inferenceModels", value: models }]),
    { key: "isClaudeCodeForDesktopEnabled", value: true },
    { key: "isDesktopExtensionEnabled", value: true },
    { key: "isDesktopExtensionDirectoryEnabled", value: true },
    { key: "isDesktopExtensionSignatureRequired", value: signedExtensionsOnly },
    { key: "isLocalDevMcpEnabled", value: localServers },
    { key: "disableAutoUpdates", value: false },
    { key: "disableEssentialTelemetry", value: false },
    { key: "disableNonessentialTelemetry", value: false },
    { key: "disableNonessentialServices", value: false },
  ];
}

function helperSettings({ helper, ttlSec }: HelperConnection): readonly Setting[] {
  return [
    { key: "inferenceCredentialHelper", value: helper },
    { key: "inferenceCredentialHelperTtlSec", value: ttlSec },
    { key: "inferenceCredentialHelperTimeoutSec", value: helperTimeoutSec },
    { key: "inferenceCredentialHelperSilentRefreshEnabled", value: true },
  ];
}

function daemonSettings({ key, telemetryUrl }: DaemonConnection): readonly Setting[] {
  const telemetry: readonly Setting[] =
    telemetryUrl === undefined
      ? []
      : [
          { key: "otlpEndpoint", value: telemetryUrl },
          { key: "otlpProtocol", value: "http/protobuf" },
          // The proxy asks everybody for its key.
          { key: "otlpHeaders", value: { authorization: `Bearer ${key.reveal()}` } },
        ];
  return [{ key: "inferenceGatewayApiKey", value: key }, ...telemetry];
}

/** Every key that some wish has: what one of them leaves out, an earlier one may have set. */
export const desktopKeys: readonly string[] = [
  "disableDeploymentModeChooser",
  "inferenceProvider",
  "inferenceGatewayBaseUrl",
  "inferenceGatewayAuthScheme",
  "inferenceCredentialKind",
  "inferenceCredentialHelper",
  "inferenceCredentialHelperTtlSec",
  "inferenceCredentialHelperTimeoutSec",
  "inferenceCredentialHelperSilentRefreshEnabled",
  "inferenceGatewayApiKey",
  "otlpEndpoint",
  "otlpProtocol",
  "otlpHeaders",
  "modelDiscoveryEnabled",
  "inferenceModels",
  "isClaudeCodeForDesktopEnabled",
  "isDesktopExtensionEnabled",
  "isDesktopExtensionDirectoryEnabled",
  "isDesktopExtensionSignatureRequired",
  "isLocalDevMcpEnabled",
  "disableAutoUpdates",
  "disableEssentialTelemetry",
  "disableNonessentialTelemetry",
  "disableNonessentialServices",
];

/** The keys of our own domain, by which a managed machine knows its workspace. */
export function fleetSettings({ connection, fleet }: DesktopWish): readonly Setting[] {
  return [
    { key: "databricksProfile", value: fleet.profile },
    { key: "databricksHost", value: fleet.host },
    ...(fleet.databricksCliPath === undefined ? [] : [{ key: "databricksCliPath", value: fleet.databricksCliPath }]),
    ...(connection.kind === "helper"
      ? []
      : [
          { key: "daemonPort", value: connection.port },
          { key: "daemonMode", value: true },
        ]),
  ];
}

export const fleetKeys: readonly string[] = [
  "databricksProfile",
  "databricksHost",
  "databricksCliPath",
  "daemonPort",
  "daemonMode",
];
