// All that a conversation works with, each with its label and a word of what it is for.
import { type ReactNode, useState } from "react";
import type { Context, Settings } from "../../contract/api.ts";
import { useSession } from "../session.tsx";
import { Button } from "../ui/button.tsx";
import { Combobox } from "../ui/combobox.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { EnginePicker, engineOf, ModelPicker, PermissionPicker } from "./agent-pickers.tsx";
import { ClusterPicker, WarehousePicker } from "./compute-pickers.tsx";
import { withCatalog, withProfile } from "./context-change.ts";
import { CatalogPicker, SchemaPicker } from "./data-pickers.tsx";
import { errorText } from "./error-text.ts";
import { FolderPicker } from "./folder-picker.tsx";
import { targetOf, useProfiles } from "./use-choices.ts";

export interface ContextDialogProps {
  readonly context: Context;
  readonly settings: Settings | undefined;
  readonly disabled?: boolean | undefined;
  readonly onChange: (next: Context) => void;
  readonly onClose: () => void;
}

const Row = ({
  label,
  text,
  children,
}: {
  readonly label: string;
  readonly text?: string | undefined;
  readonly children: ReactNode;
}) => (
  <div className="grid gap-x-4 gap-y-1 py-2.5 sm:grid-cols-[10rem_1fr]">
    <div className="text-sm">
      <p className="font-medium">{label}</p>
      {text === undefined ? null : <p className="text-xs text-soft">{text}</p>}
    </div>
    <div className="flex min-w-0 flex-wrap items-center gap-1.5">{children}</div>
  </div>
);

const wide = "w-full sm:w-72";

const ProfileRow = ({ context, disabled, onChange }: Pick<ContextDialogProps, "context" | "disabled" | "onChange">) => {
  const { me } = useSession();
  const profiles = useProfiles(me.data?.mode === "local");
  if (me.data?.mode !== "local") return null;
  return (
    <Row label="Workspace" text="Tools act there; models stay here">
      <Combobox
        label="Target profile"
        className={wide}
        value={context.target_profile ?? null}
        options={(profiles.data ?? []).map(({ name, host }) => ({
          value: name,
          label: name,
          ...(host === null ? {} : { hint: host }),
        }))}
        placeholder={me.data.profile === null ? "This workspace" : `${me.data.profile} (this workspace)`}
        emptyLabel="This workspace"
        loading={profiles.loading}
        error={errorText(profiles.error)}
        disabled={disabled === true}
        onChange={(profile) => onChange(withProfile(context, profile))}
      />
    </Row>
  );
};

const ExperimentField = ({
  context,
  disabled,
  onChange,
}: Pick<ContextDialogProps, "context" | "disabled" | "onChange">) => {
  const [text, setText] = useState(context.mlflow_experiment_name ?? "");
  const keep = (): void => {
    const name = text.trim() === "" ? null : text.trim();
    if (name !== (context.mlflow_experiment_name ?? null)) onChange({ ...context, mlflow_experiment_name: name });
  };
  return (
    <TextField
      label="MLflow experiment"
      hideLabel
      className="min-w-0 grow"
      placeholder="/Users/me@example.com/traces"
      value={text}
      maxLength={500}
      disabled={disabled === true}
      spellCheck={false}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === "Enter") keep();
      }}
    />
  );
};

/** The dialog behind the bar's last button. Each choice holds at once, from the next message on. */
export const ContextDialog = ({ context, settings, disabled, onChange, onClose }: ContextDialogProps) => {
  const { engines } = useSession();
  const target = targetOf(context.target_profile);
  const shared = { target, disabled, plain: true, className: wide } as const;
  const agent = { ...shared, context, settings, onChange };
  const engine = engineOf(engines.data, context.engine);
  const shell = engine === undefined || engine.shell.on ? undefined : (engine.shell.reason ?? undefined);
  const catalog = context.default_catalog ?? null;
  return (
    <Dialog
      open
      onClose={onClose}
      title="What this conversation works with"
      description="Holds from the next message on, and for the project's next conversation."
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="divide-y divide-line">
        <Row label="Agent" text={shell === undefined ? undefined : `Its shell is off: ${shell}`}>
          <EnginePicker {...agent} />
        </Row>
        <Row label="Model">
          <ModelPicker {...agent} />
        </Row>
        <Row label="It may" text="What it does without asking">
          <PermissionPicker {...agent} />
        </Row>
        <ProfileRow context={context} disabled={disabled} onChange={onChange} />
        <Row label="SQL warehouse" text="Runs its queries">
          <WarehousePicker
            {...shared}
            value={context.warehouse_id ?? null}
            onChange={(warehouse_id) => onChange({ ...context, warehouse_id })}
          />
        </Row>
        <Row label="Cluster" text="Runs its Python and Scala">
          <ClusterPicker
            {...shared}
            value={context.cluster_id ?? null}
            onChange={(cluster_id) => onChange({ ...context, cluster_id })}
          />
        </Row>
        <Row label="Catalog" text="Where it makes tables">
          <CatalogPicker {...shared} value={catalog} onChange={(next) => onChange(withCatalog(context, next))} />
        </Row>
        <Row label="Schema">
          <SchemaPicker
            {...shared}
            catalog={catalog}
            value={context.default_schema ?? null}
            onChange={(default_schema) => onChange({ ...context, default_schema })}
          />
        </Row>
        <Row label="Workspace folder" text="For notebooks and pipelines">
          <div className="min-w-0 grow">
            <FolderPicker
              key={context.workspace_folder ?? ""}
              target={target}
              disabled={disabled}
              value={context.workspace_folder ?? null}
              onChange={(workspace_folder) => onChange({ ...context, workspace_folder })}
            />
          </div>
        </Row>
        <Row label="MLflow experiment" text="Traces of its runs go there">
          <ExperimentField context={context} disabled={disabled} onChange={onChange} />
        </Row>
      </div>
    </Dialog>
  );
};
