// Which agent works, with which model, and what it may do unasked.
import { useState } from "react";
import type { Context, EngineInfo, EngineName, PermissionMode, Settings } from "../../contract/api.ts";
import { useSession } from "../session.tsx";
import { Combobox, type Option } from "../ui/combobox.tsx";
import { permissionWords, withEngine } from "./context-change.ts";
import { errorText } from "./error-text.ts";
import { type Target, useModels } from "./use-choices.ts";

export interface AgentPickerProps {
  readonly context: Context;
  readonly target: Target;
  readonly disabled?: boolean | undefined;
  readonly className?: string;
  /** The label stands beside it. */
  readonly plain?: boolean;
  /** What holds where the context says nothing. */
  readonly settings?: Settings | undefined;
  readonly onChange: (next: Context) => void;
}

const engineOption = ({ name, title, installed, version, install }: EngineInfo): Option => ({
  value: name,
  label: title,
  hint: installed ? (version ?? "installed") : `not installed: ${install}`,
});

/** The engine that a context uses: the chosen one, else the first that is installed. */
export const engineOf = (engines: readonly EngineInfo[] | undefined, name: Context["engine"]): EngineInfo | undefined =>
  engines?.find((one) => one.name === name) ?? engines?.find(({ installed }) => installed) ?? engines?.[0];

export const EnginePicker = ({ context, disabled, className, plain, target, onChange }: AgentPickerProps) => {
  const { engines } = useSession();
  const models = useModels(context.model !== undefined && context.model !== null, target);
  const all = engines.data ?? [];
  const choose = (value: string | null): void => {
    const name = all.find((one) => one.name === value)?.name ?? null;
    onChange(withEngine(context, name satisfies EngineName | null, { engines: all, models: models.data ?? [] }));
  };
  return (
    <Combobox
      label="Agent"
      {...(plain === true ? {} : { prefix: "Agent" })}
      value={context.engine ?? null}
      options={all.map(engineOption)}
      placeholder={engineOf(engines.data, null)?.title ?? "Default"}
      emptyLabel="As in your settings"
      loading={engines.loading}
      error={errorText(engines.error)}
      disabled={disabled === true}
      onChange={choose}
      {...(className === undefined ? {} : { className })}
    />
  );
};

export const ModelPicker = ({ context, target, disabled, className, plain, onChange }: AgentPickerProps) => {
  const [opened, setOpened] = useState(false);
  const { engines } = useSession();
  const value = context.model ?? null;
  const list = useModels(opened || value !== null, target);
  const engine = engineOf(engines.data, context.engine);
  const fitting = (list.data ?? []).filter((model) => engine === undefined || model.engines.includes(engine.name));
  return (
    <Combobox
      label="Model"
      {...(plain === true ? {} : { prefix: "Model" })}
      value={value}
      options={fitting.map(({ id, title }) => ({ value: id, label: title, ...(title === id ? {} : { hint: id }) }))}
      placeholder="Default"
      emptyLabel="Default"
      allowOther
      loading={list.loading && opened}
      error={errorText(list.error)}
      disabled={disabled === true}
      onOpen={() => (opened ? list.reload() : setOpened(true))}
      onChange={(model) => onChange({ ...context, model })}
      {...(className === undefined ? {} : { className })}
    />
  );
};

const modes: readonly PermissionMode[] = ["ask", "accept_edits", "plan", "everything"];

export const PermissionPicker = ({ context, disabled, className, plain, settings, onChange }: AgentPickerProps) => {
  const { engines } = useSession();
  const engine = engineOf(engines.data, context.engine);
  const fitting = modes.filter((mode) => engine === undefined || engine.permission_modes.includes(mode));
  const usual = settings === undefined ? undefined : permissionWords[settings.default_permission_mode ?? "ask"].label;
  const choose = (value: string | null): void =>
    onChange({ ...context, permission_mode: modes.find((mode) => mode === value) ?? null });
  return (
    <Combobox
      label="What the agent may do"
      {...(plain === true ? {} : { prefix: "May" })}
      value={context.permission_mode ?? null}
      options={fitting.map((mode) => ({ value: mode, ...permissionWords[mode] }))}
      placeholder={usual ?? "As in your settings"}
      emptyLabel={usual === undefined ? "As in your settings" : `As in your settings: ${usual}`}
      disabled={disabled === true}
      onChange={choose}
      {...(className === undefined ? {} : { className })}
    />
  );
};
