// The permutations that every official tool is held to: which strategy and host come out, or which error.
import { afterEach, describe, expect, test } from "bun:test";
import { MortarError } from "../platform/errors.ts";
import type { AttributeValues } from "./attributes.ts";
import type { Environment } from "../platform/deps.ts";
import { readConfigFile } from "./config-file.ts";
import { openResolved } from "./open.ts";
import { resolveConfig } from "./resolve.ts";
import { script, testWorld, type TestWorld } from "./testing.ts";

const nothing =
  "default auth: cannot configure default credentials, please check " +
  "https://docs.databricks.com/en/dev-tools/auth.html#databricks-client-unified-authentication " +
  "to configure credentials for your preferred authentication method";

const files = {
  full: [
    "[DEFAULT]",
    "host = https://dbc-XXXXXXXX-YYYY.cloud.databricks.com/",
    "token = a-token-of-this-file-0001",
    "",
    "[query]",
    "host = https://dbc-XXXXXXXX-YYYY.cloud.databricks.com/?foo=bar",
    "token = a-token-of-this-file-0001",
    "",
    "[nohost]",
    "token = a-token-of-this-file-0001",
    "",
    "[pat.with.dot]",
    "host = https://dbc-XXXXXXXX-YYYY.cloud.databricks.com/",
    "token = a-token-of-this-file-0001",
  ].join("\n"),
  azure: "[justhost]\nhost = https://adb-123.4.azuredatabricks.net/\n",
  corrupt: "[DEFAULT]\n",
  emptyDefault: "[DEFAULT]\n\n[abc]\nhost = https://foo\ntoken = xyz\n",
};

interface Permutation {
  readonly name: string;
  readonly explicit?: AttributeValues;
  readonly env?: Environment;
  readonly config?: string;
  readonly az?: "works" | "fails";
  readonly error?: string;
  readonly auth?: string;
  readonly host?: string;
  readonly azure?: boolean;
}

const azureHost = "https://adb-123.4.azuredatabricks.net";
const resource = "/sub/rg/ws";

const permutations: readonly Permutation[] = [
  { name: "no parameters", error: nothing },
  {
    name: "host from the environment",
    env: { DATABRICKS_HOST: "x" },
    error: `${nothing}. Config: host=https://x. Env: DATABRICKS_HOST`,
  },
  {
    name: "token from the environment",
    env: { DATABRICKS_TOKEN: "x" },
    error: `${nothing}. Config: token=***. Env: DATABRICKS_TOKEN`,
  },
  {
    name: "host and token from the environment",
    env: { DATABRICKS_HOST: "x", DATABRICKS_TOKEN: "x" },
    auth: "pat",
    host: "https://x",
  },
  {
    name: "host given, token from the environment",
    explicit: { host: "https://x" },
    env: { DATABRICKS_TOKEN: "x" },
    auth: "pat",
    host: "https://x",
  },
  {
    name: "user and password without a host",
    env: { DATABRICKS_USERNAME: "x", DATABRICKS_PASSWORD: "x" },
    error: `${nothing}. Config: username=x, password=***. Env: DATABRICKS_USERNAME, DATABRICKS_PASSWORD`,
  },
  {
    name: "basic from the environment",
    env: { DATABRICKS_HOST: "x", DATABRICKS_USERNAME: "x", DATABRICKS_PASSWORD: "x" },
    auth: "basic",
    host: "https://x",
  },
  {
    name: "what is given wins over the environment",
    explicit: { host: "y" },
    env: { DATABRICKS_HOST: "x", DATABRICKS_USERNAME: "x", DATABRICKS_PASSWORD: "x" },
    auth: "basic",
    host: "https://y",
  },
  {
    name: "basic, part given, part from the environment",
    explicit: { host: "y", username: "x" },
    env: { DATABRICKS_PASSWORD: "x" },
    auth: "basic",
    host: "https://y",
  },
  {
    name: "basic, all given",
    explicit: { host: "y", username: "x", password: "x" },
    auth: "basic",
    host: "https://y",
  },
  {
    name: "basic and pat contradict each other",
    env: { DATABRICKS_HOST: "x", DATABRICKS_TOKEN: "x", DATABRICKS_USERNAME: "x", DATABRICKS_PASSWORD: "x" },
    error:
      "more than one authorization method configured: basic and pat. Config: host=https://x, token=***, username=x, password=***." +
      " Env: DATABRICKS_HOST, DATABRICKS_TOKEN, DATABRICKS_USERNAME, DATABRICKS_PASSWORD",
  },
  {
    name: "auth_type decides between basic and pat",
    explicit: { auth_type: "basic" },
    env: { DATABRICKS_HOST: "x", DATABRICKS_TOKEN: "x", DATABRICKS_USERNAME: "x", DATABRICKS_PASSWORD: "x" },
    auth: "basic",
    host: "https://x",
  },
  {
    name: "a config file that is not there",
    env: { DATABRICKS_CONFIG_FILE: "x" },
    error: `${nothing}. Config: config_file=x. Env: DATABRICKS_CONFIG_FILE`,
  },
  {
    name: "a host that is given leaves the DEFAULT profile aside",
    explicit: { host: "x" },
    config: files.full,
    error: `${nothing}. Config: host=https://x`,
  },
  { name: "an empty DEFAULT", config: files.emptyDefault, error: nothing },
  {
    name: "an empty DEFAULT, and another profile asked for",
    config: files.emptyDefault,
    env: { DATABRICKS_CONFIG_PROFILE: "abc" },
    auth: "pat",
    host: "https://foo",
  },
  {
    name: "a token of the DEFAULT profile",
    config: files.full,
    auth: "pat",
    host: "https://dbc-XXXXXXXX-YYYY.cloud.databricks.com",
  },
  {
    name: "a profile with dots in its name",
    config: files.full,
    env: { DATABRICKS_CONFIG_PROFILE: "pat.with.dot" },
    auth: "pat",
    host: "https://dbc-XXXXXXXX-YYYY.cloud.databricks.com",
  },
  {
    name: "a profile whose host carries a query",
    config: files.full,
    env: { DATABRICKS_CONFIG_PROFILE: "query" },
    auth: "pat",
    host: "https://dbc-XXXXXXXX-YYYY.cloud.databricks.com",
  },
  {
    name: "a profile without a host",
    config: files.full,
    env: { DATABRICKS_CONFIG_PROFILE: "nohost" },
    error: `${nothing}. Config: token=***, profile=nohost. Env: DATABRICKS_CONFIG_PROFILE`,
  },
  {
    name: "a profile without a host, and a token of the environment",
    config: files.full,
    env: { DATABRICKS_CONFIG_PROFILE: "nohost", DATABRICKS_TOKEN: "x" },
    error: `${nothing}. Config: token=***, profile=nohost. Env: DATABRICKS_TOKEN, DATABRICKS_CONFIG_PROFILE`,
  },
  {
    name: "a profile's token and a user of the environment",
    config: files.full,
    env: { DATABRICKS_CONFIG_PROFILE: "nohost", DATABRICKS_USERNAME: "x" },
    error:
      "more than one authorization method configured: basic and pat. Config: token=***, username=x, profile=nohost." +
      " Env: DATABRICKS_USERNAME, DATABRICKS_CONFIG_PROFILE",
  },
  {
    name: "a token on an Azure host",
    explicit: { host: "https://adb-xxx.y.azuredatabricks.net/", token: "y" },
    auth: "pat",
    host: "https://adb-xxx.y.azuredatabricks.net",
    azure: true,
  },
  {
    name: "the Azure CLI",
    explicit: { host: azureHost, azure_workspace_resource_id: resource },
    config: files.azure,
    az: "works",
    auth: "azure-cli",
    host: azureHost,
    azure: true,
  },
  {
    name: "an Azure CLI that fails",
    explicit: { azure_workspace_resource_id: resource },
    config: files.azure,
    az: "fails",
    error: `${nothing}. Config: azure_workspace_resource_id=/sub/rg/ws`,
  },
  {
    name: "no Azure CLI",
    explicit: { azure_workspace_resource_id: resource },
    config: files.azure,
    error: `${nothing}. Config: azure_workspace_resource_id=/sub/rg/ws`,
  },
  {
    name: "azure and pat contradict each other",
    explicit: { azure_workspace_resource_id: resource, token: "x" },
    config: files.azure,
    az: "works",
    error:
      "more than one authorization method configured: azure and pat. Config: token=***, azure_workspace_resource_id=/sub/rg/ws",
  },
  {
    name: "an Azure host and resource leave the DEFAULT profile aside",
    explicit: { host: azureHost, azure_workspace_resource_id: resource },
    config: files.full,
    az: "works",
    auth: "azure-cli",
    host: azureHost,
    azure: true,
  },
  {
    name: "an Azure host that is given wins over the profile's",
    explicit: { host: "https://adb-9.9.azuredatabricks.net", azure_workspace_resource_id: resource },
    env: { DATABRICKS_CONFIG_PROFILE: "justhost" },
    config: files.azure,
    az: "works",
    auth: "azure-cli",
    host: "https://adb-9.9.azuredatabricks.net",
    azure: true,
  },
  {
    name: "azure and basic contradict each other",
    explicit: { host: azureHost, azure_workspace_resource_id: resource },
    env: { DATABRICKS_USERNAME: "x" },
    config: files.azure,
    az: "works",
    error:
      `more than one authorization method configured: azure and basic. Config: host=${azureHost}, username=x,` +
      " azure_workspace_resource_id=/sub/rg/ws. Env: DATABRICKS_USERNAME",
  },
  {
    name: "a DEFAULT that is asked for and empty",
    config: files.corrupt,
    env: { DATABRICKS_CONFIG_PROFILE: "DEFAULT" },
    error:
      "HOME/.databrickscfg has no DEFAULT profile configured. Config: profile=DEFAULT. Env: DATABRICKS_CONFIG_PROFILE",
  },
  {
    name: "auth_type from the environment",
    explicit: { host: "x" },
    env: {
      DATABRICKS_AUTH_TYPE: "basic",
      DATABRICKS_TOKEN: "token",
      DATABRICKS_USERNAME: "user",
      DATABRICKS_PASSWORD: "password",
    },
    auth: "basic",
    host: "https://x",
  },
  {
    name: "an auth_type that nobody knows",
    explicit: { host: "x", auth_type: "patt" },
    error: 'auth_type "patt" is not known. Config: host=https://x, auth_type=patt',
  },
  {
    name: "an auth_type that is refused by name",
    explicit: { host: "x", auth_type: "runtime" },
    error:
      "auth_type runtime is not supported here: it is for code that runs inside a Databricks notebook. Config: host=https://x, auth_type=runtime",
  },
  {
    name: "an empty variable counts as unset",
    env: { DATABRICKS_HOST: "", DATABRICKS_TOKEN: "" },
    config: files.full,
    auth: "pat",
    host: "https://dbc-XXXXXXXX-YYYY.cloud.databricks.com",
  },
];

const worlds: TestWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.dispose();
});

function worldFor({ env, config, az }: Permutation): TestWorld {
  const world = testWorld({ ...(env === undefined ? {} : { env }), ...(config === undefined ? {} : { config }) });
  worlds.push(world);
  if (az === undefined) return world;
  const works = `if [ "$2" = show ]; then echo '{"user":{"type":"user"}}'; else echo '{"accessToken":"aad","expires_on":4102444800}'; fi`;
  world.write("bin/az", script(az === "works" ? works : "echo 'a failing script' >&2; exit 1"), 0o755);
  const env2 = { ...world.deps.env, PATH: `${world.home}/bin` };
  return { ...world, deps: { ...world.deps, env: env2 } };
}

describe("authentication permutations", () => {
  test.each(permutations.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
    const { deps, home } = worldFor(one);
    const attempt = async () => {
      const configFile = await readConfigFile(deps);
      return openResolved(deps, resolveConfig({ explicit: one.explicit, env: deps.env, configFile }));
    };
    if (one.error !== undefined) {
      const thrown = await attempt().catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(MortarError);
      expect((thrown as MortarError).message.replaceAll(home, "HOME")).toBe(one.error);
      expect((thrown as MortarError).hint).toBeString();
      return;
    }
    const { credentials, config } = await attempt();
    expect<unknown>(credentials.authType).toBe(one.auth);
    expect<unknown>(credentials.host).toBe(one.host);
    expect(config.isAzure).toBe(one.azure ?? false);
  });
});
