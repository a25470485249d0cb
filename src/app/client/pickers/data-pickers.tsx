// The catalog and schema in which the agent works unless it is told otherwise. A name that is not listed may be typed.
import { useState } from "react";
import type { NamedItem } from "../../contract/api.ts";
import { Combobox, type Option } from "../ui/combobox.tsx";
import type { PickerProps } from "./compute-pickers.tsx";
import { errorText } from "./error-text.ts";
import { useCatalogs, useSchemas } from "./use-choices.ts";

const optionOf = ({ name, comment }: NamedItem): Option => ({
  value: name,
  label: name,
  ...(comment === undefined || comment === "" ? {} : { hint: comment }),
});

export const CatalogPicker = ({ value, target, disabled, className, plain, onChange }: PickerProps) => {
  const [opened, setOpened] = useState(false);
  const list = useCatalogs(opened, target);
  return (
    <Combobox
      label="Default catalog"
      {...(plain === true ? {} : { prefix: "Catalog" })}
      value={value}
      options={(list.data ?? []).map(optionOf)}
      placeholder="None"
      emptyLabel="None"
      allowOther
      loading={list.loading && opened}
      error={errorText(list.error)}
      disabled={disabled === true}
      onOpen={() => (opened ? list.reload() : setOpened(true))}
      onChange={onChange}
      {...(className === undefined ? {} : { className })}
    />
  );
};

export const SchemaPicker = ({
  catalog,
  value,
  target,
  disabled,
  className,
  plain,
  onChange,
}: PickerProps & { readonly catalog: string | null }) => {
  const [opened, setOpened] = useState(false);
  const list = useSchemas(catalog, opened, target);
  return (
    <Combobox
      label="Default schema"
      {...(plain === true ? {} : { prefix: "Schema" })}
      value={value}
      options={(list.data ?? []).map(optionOf)}
      placeholder={catalog === null ? "Choose a catalog first" : "None"}
      emptyLabel="None"
      allowOther
      loading={list.loading && opened}
      error={errorText(list.error)}
      disabled={disabled === true || catalog === null}
      onOpen={() => (opened ? list.reload() : setOpened(true))}
      onChange={onChange}
      {...(className === undefined ? {} : { className })}
    />
  );
};
