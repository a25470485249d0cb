// A person's own settings: the look, where models come from, what a new conversation begins with, and what this server is.
import { useState } from "react";
import type { Context, EngineName, PermissionMode, Settings } from "../../contract/api.ts";
import { call } from "../api.ts";
import { ModelPicker } from "../pickers/agent-pickers.tsx";
import { permissionWords } from "../pickers/context-change.ts";
import { type Resource, useResource } from "../resource.ts";
import { useSession } from "../session.tsx";
import { setTheme, type Theme, useTheme } from "../theme.ts";
import { ErrorNote } from "../ui/empty-state.tsx";
import { TextField } from "../ui/field.tsx";
import { Skeleton } from "../ui/spinner.tsx";
import { notify, notifyError } from "../ui/toast.tsx";
import { About, Engines } from "./about.tsx";
import { AnthropicKey } from "./anthropic-key.tsx";
import { type Choice, Choices } from "./choices.tsx";
import { Section } from "./section.tsx";

type Source = NonNullable<Settings["model_source"]>;

const themes: readonly Choice<Theme>[] = [
  { key: "system", label: "As the system", text: "Light or dark, as your system has it" },
  { key: "light", label: "Light", text: "Dark on light" },
  { key: "dark", label: "Dark", text: "Light on dark" },
];

const sourcesOf = (mode: "local" | "apps"): readonly Choice<Source>[] => [
  {
    key: "workspace",
    label: "The workspace's models",
    text: "Through its AI Gateway, as you. Nothing goes anywhere else.",
  },
  {
    key: "anthropic",
    label: "Your own Anthropic key",
    text: "For Claude Code. Prompts go to Anthropic and are charged to the key.",
  },
  {
    key: "login",
    label: "The agent's own sign-in",
    text: "As the agent is signed in on this machine",
    ...(mode === "apps" ? { unavailable: "Only on your own machine: here nobody is signed in to an agent." } : {}),
  },
];

const modes: readonly PermissionMode[] = ["ask", "accept_edits", "plan", "everything"];

interface PartProps {
  readonly settings: Settings;
  readonly onChange: (change: Omit<Settings, "has_anthropic_key">) => void;
}

const Look = ({ onChange }: Pick<PartProps, "onChange">) => {
  const theme = useTheme();
  return (
    <Section title="Look">
      <Choices
        label="Look"
        choices={themes}
        value={theme}
        onChange={(next) => {
          setTheme(next);
          onChange({ theme: next });
        }}
      />
    </Section>
  );
};

const Models = ({
  settings,
  onChange,
  onSettings,
}: PartProps & { readonly onSettings: (settings: Settings) => void }) => {
  const { me } = useSession();
  const source = settings.model_source ?? "workspace";
  const hasKey = settings.has_anthropic_key === true;
  return (
    <Section title="Models" text="Where the agents' models are. Holds from your next message on.">
      <Choices
        label="Where models are"
        choices={sourcesOf(me.data?.mode ?? "local")}
        value={source}
        onChange={(model_source) => onChange({ model_source })}
      />
      {source === "anthropic" || hasKey ? <AnthropicKey hasKey={hasKey} onChanged={onSettings} /> : null}
      {source === "anthropic" && !hasKey ? (
        <p className="mt-2 text-sm text-warn">No key is kept yet: runs cannot begin before there is one.</p>
      ) : null}
    </Section>
  );
};

const Experiment = ({ settings, onChange }: PartProps) => {
  const kept = settings.mlflow_experiment_name ?? "";
  const [text, setText] = useState(kept);
  const keep = (): void => {
    const name = text.trim();
    if (name !== kept) onChange({ mlflow_experiment_name: name === "" ? null : name });
  };
  return (
    <TextField
      label="MLflow experiment for traces"
      hint="A name or an id. Empty: runs are not traced, unless the server says otherwise."
      placeholder="/Users/me@example.com/traces"
      value={text}
      maxLength={500}
      spellCheck={false}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === "Enter") keep();
      }}
    />
  );
};

const Defaults = ({ settings, onChange }: PartProps) => {
  const { engines } = useSession();
  const context: Context = { model: settings.default_model ?? null, engine: settings.default_engine ?? null };
  const engineChoices = (engines.data ?? []).map(
    ({ name, title, installed, version, install }): Choice<EngineName> => ({
      key: name,
      label: title,
      text: version ?? "installed",
      ...(installed ? {} : { unavailable: `Not installed: ${install}` }),
    }),
  );
  return (
    <Section title="A new conversation" text="What it begins with, where the project's last one says nothing else.">
      <div className="flex flex-col gap-5">
        <div>
          <h3 className="mb-1.5 text-[0.8125rem] font-medium text-soft">Agent</h3>
          <Choices
            label="Agent"
            choices={engineChoices}
            value={settings.default_engine ?? engines.data?.find(({ installed }) => installed)?.name}
            onChange={(default_engine) => onChange({ default_engine })}
          />
        </div>
        <div>
          <h3 className="mb-1.5 text-[0.8125rem] font-medium text-soft">Model</h3>
          <ModelPicker
            context={context}
            target={{}}
            plain
            className="w-full sm:w-80"
            onChange={({ model }) => onChange({ default_model: model ?? null })}
          />
        </div>
        <div>
          <h3 className="mb-1.5 text-[0.8125rem] font-medium text-soft">What the agent may do unasked</h3>
          <Choices
            label="What the agent may do unasked"
            choices={modes.map((mode) => ({
              key: mode,
              label: permissionWords[mode].label,
              text: permissionWords[mode].hint,
            }))}
            value={settings.default_permission_mode ?? "ask"}
            onChange={(default_permission_mode) => onChange({ default_permission_mode })}
          />
        </div>
        <Experiment key={settings.mlflow_experiment_name ?? ""} settings={settings} onChange={onChange} />
      </div>
    </Section>
  );
};

const Loaded = ({ resource }: { readonly resource: Resource<Settings> }) => {
  const { data, set } = resource;
  const change = async (next: Omit<Settings, "has_anthropic_key">): Promise<void> => {
    if (data === undefined) return;
    set({ ...data, ...next });
    try {
      set(await call("PATCH /api/settings", { body: next }));
      notify("Kept.");
    } catch (error) {
      set(data);
      notifyError(error);
    }
  };
  const onChange = (next: Omit<Settings, "has_anthropic_key">): void => void change(next);
  return (
    <>
      <Look onChange={onChange} />
      {data === undefined ? null : <Models settings={data} onChange={onChange} onSettings={set} />}
      {data === undefined ? null : <Defaults settings={data} onChange={onChange} />}
    </>
  );
};

/** Each change is kept at once. */
export const SettingsPage = () => {
  const settings = useResource("settings", (signal) => call("GET /api/settings", { signal }));
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-4 px-4 py-8">
      <header>
        <h1 className="text-2xl font-semibold tracking-tight">Settings</h1>
        <p className="mt-1 text-sm text-soft">Yours alone. Each change is kept at once.</p>
      </header>
      {settings.error === undefined ? null : <ErrorNote error={settings.error} onRetry={settings.reload} />}
      {settings.data === undefined && settings.error === undefined ? <Skeleton lines={6} /> : null}
      <Loaded resource={settings} />
      <Engines />
      <About />
    </div>
  );
};
