// What a conversation works with, as a row of chips: the most changed ones at hand, all of them in a dialog.
import SlidersHorizontal from "lucide-react/icons/sliders-horizontal";
import { useState } from "react";
import type { Context } from "../../contract/api.ts";
import { Button } from "../ui/button.tsx";
import { ModelPicker, PermissionPicker } from "./agent-pickers.tsx";
import { WarehousePicker } from "./compute-pickers.tsx";
import { chosenCount, withCatalog } from "./context-change.ts";
import { ContextDialog } from "./context-dialog.tsx";
import { CatalogPicker, SchemaPicker } from "./data-pickers.tsx";
import { targetOf, useSettings } from "./use-choices.ts";

export interface ContextBarProps {
  readonly projectId: string;
  readonly context: Context;
  /** The whole of it, changed. */
  readonly onChange: (next: Context) => void;
  readonly disabled?: boolean;
}

/** The row below the field for the message. Narrow windows have permissions and the dialog. */
export const ContextBar = ({ projectId, context, onChange, disabled }: ContextBarProps) => {
  const [open, setOpen] = useState(false);
  // The chips are made anew after the dialog, in which something may have been started.
  const [turn, setTurn] = useState(0);
  const target = targetOf(context.target_profile);
  const count = chosenCount(context);
  const settings = useSettings().data;
  // Stronger than the width that a chip has by itself.
  const chip = "max-w-52!";
  return (
    <div
      className="flex min-w-0 flex-wrap items-center gap-1.5"
      role="group"
      aria-label="What this conversation works with"
    >
      <PermissionPicker
        settings={settings}
        context={context}
        target={target}
        disabled={disabled}
        className={chip}
        onChange={onChange}
      />
      <span className="contents max-sm:hidden">
        <ModelPicker context={context} target={target} disabled={disabled} className={chip} onChange={onChange} />
        <WarehousePicker
          key={turn}
          value={context.warehouse_id ?? null}
          target={target}
          disabled={disabled}
          className={chip}
          onChange={(warehouse_id) => onChange({ ...context, warehouse_id })}
        />
      </span>
      {context.default_catalog === undefined || context.default_catalog === null ? null : (
        <span className="contents max-lg:hidden">
          <CatalogPicker
            value={context.default_catalog}
            target={target}
            disabled={disabled}
            className={chip}
            onChange={(next) => onChange(withCatalog(context, next))}
          />
          <SchemaPicker
            catalog={context.default_catalog}
            value={context.default_schema ?? null}
            target={target}
            disabled={disabled}
            className={chip}
            onChange={(default_schema) => onChange({ ...context, default_schema })}
          />
        </span>
      )}
      <Button
        size="sm"
        variant="ghost"
        icon={<SlidersHorizontal size={14} aria-hidden="true" />}
        aria-haspopup="dialog"
        title="Agent, model, warehouse, cluster, catalog, schema, folder, experiment"
        onClick={() => setOpen(true)}
      >
        All
        {count === 0 ? null : (
          <span className="rounded-full bg-accent-soft px-1.5 text-xs text-accent" aria-label={`${count} chosen`}>
            {count}
          </span>
        )}
      </Button>
      {open ? (
        <ContextDialog
          settings={settings}
          key={projectId}
          context={context}
          disabled={disabled}
          onChange={onChange}
          onClose={() => {
            setOpen(false);
            setTurn(turn + 1);
          }}
        />
      ) : null}
    </div>
  );
};
