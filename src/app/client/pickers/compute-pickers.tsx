// The warehouse that runs SQL and the cluster that runs code: found by name, with their states, started where they are off.
import Play from "lucide-react/icons/play";
import { useState } from "react";
import type { ClusterInfo, WarehouseInfo } from "../../contract/api.ts";
import { call } from "../api.ts";
import type { Resource } from "../resource.ts";
import { Button } from "../ui/button.tsx";
import { Combobox, type Option } from "../ui/combobox.tsx";
import { notify, notifyError } from "../ui/toast.tsx";
import { canStart, stateWord } from "./compute-state.ts";
import { errorText } from "./error-text.ts";
import { StateDot } from "./state-dot.tsx";
import { type Target, useClusters, useWarehouses } from "./use-choices.ts";

export interface PickerProps {
  readonly value: string | null;
  readonly target: Target;
  readonly disabled?: boolean | undefined;
  readonly className?: string;
  /** The label stands beside it. */
  readonly plain?: boolean;
  readonly onChange: (value: string | null) => void;
}

const warehouseOption = (one: WarehouseInfo): Option => ({
  value: one.warehouse_id,
  label: one.warehouse_name,
  hint: [stateWord(one.state), one.cluster_size, one.is_serverless ? "serverless" : null, one.creator_name]
    .filter((part) => part !== null && part !== "")
    .join(" · "),
  mark: <StateDot state={one.state} />,
});

const clusterOption = (one: ClusterInfo): Option => ({
  value: one.cluster_id,
  label: one.cluster_name,
  hint: [stateWord(one.state), one.creator_user_name].filter((part) => part !== null && part !== "").join(" · "),
  mark: <StateDot state={one.state} />,
});

const StartButton = ({ name, start }: { readonly name: string; readonly start: () => Promise<void> }) => {
  const [busy, setBusy] = useState(false);
  const press = async (): Promise<void> => {
    setBusy(true);
    try {
      await start();
      notify(`${name} is starting. It can take some minutes.`);
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      size="sm"
      variant="ghost"
      busy={busy}
      icon={<Play size={13} aria-hidden="true" />}
      title={`Start ${name}`}
      onClick={() => void press()}
    >
      Start<span className="sr-only"> {name}</span>
    </Button>
  );
};

const replaced = <T,>(resource: Resource<readonly T[]>, isIt: (one: T) => boolean, next: T): void =>
  resource.set((resource.data ?? []).map((one) => (isIt(one) ? next : one)));

/** A SQL warehouse; none leaves the choice to the agent's tools. */
export const WarehousePicker = ({ value, target, disabled, className, plain, onChange }: PickerProps) => {
  const [opened, setOpened] = useState(false);
  const list = useWarehouses(opened || value !== null, target);
  const chosen = list.data?.find(({ warehouse_id }) => warehouse_id === value);
  const start = async (): Promise<void> => {
    const id = value ?? "";
    replaced(
      list,
      ({ warehouse_id }) => warehouse_id === id,
      await call("POST /api/warehouses/{warehouse_id}/start", { path: { warehouse_id: id }, query: target }),
    );
  };
  return (
    <>
      <Combobox
        label="SQL warehouse"
        {...(plain === true ? {} : { prefix: "Warehouse" })}
        value={value}
        options={(list.data ?? []).map(warehouseOption)}
        placeholder="Automatic"
        emptyLabel="Automatic: the best that runs"
        loading={list.loading && opened}
        error={errorText(list.error)}
        disabled={disabled === true}
        onOpen={() => (opened ? list.reload() : setOpened(true))}
        onChange={onChange}
        {...(className === undefined ? {} : { className })}
      />
      {chosen !== undefined && canStart(chosen.state) && disabled !== true ? (
        <StartButton name={chosen.warehouse_name} start={start} />
      ) : null}
    </>
  );
};

/** A cluster, or serverless compute. */
export const ClusterPicker = ({ value, target, disabled, className, plain, onChange }: PickerProps) => {
  const [opened, setOpened] = useState(false);
  const list = useClusters(opened || value !== null, target);
  const chosen = list.data?.find(({ cluster_id }) => cluster_id === value);
  const start = async (): Promise<void> => {
    const id = value ?? "";
    replaced(
      list,
      ({ cluster_id }) => cluster_id === id,
      await call("POST /api/clusters/{cluster_id}/start", { path: { cluster_id: id }, query: target }),
    );
  };
  return (
    <>
      <Combobox
        label="Cluster"
        {...(plain === true ? {} : { prefix: "Cluster" })}
        value={value}
        options={(list.data ?? []).map(clusterOption)}
        placeholder="Automatic"
        emptyLabel="Automatic"
        loading={list.loading && opened}
        error={errorText(list.error)}
        disabled={disabled === true}
        onOpen={() => (opened ? list.reload() : setOpened(true))}
        onChange={onChange}
        {...(className === undefined ? {} : { className })}
      />
      {chosen !== undefined && canStart(chosen.state) && disabled !== true ? (
        <StartButton name={chosen.cluster_name} start={start} />
      ) : null}
    </>
  );
};
