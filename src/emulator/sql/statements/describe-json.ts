// DESCRIBE TABLE EXTENDED ... AS JSON.
import type { SqlTable } from "../engine.ts";
import type { TableDocument } from "../catalog-documents.ts";
import { tableTypeOf } from "../securables.ts";
import { typeFromText } from "../parse/types.ts";
import { jsonType } from "../json-type.ts";
import { textTable, type Path } from "./define.ts";

export function describeJson([catalog, schema, table]: Path, document: TableDocument): SqlTable {
  const isView = document.kind === "view";
  const value = {
    table_name: table,
    catalog_name: catalog,
    namespace: [schema],
    schema_name: schema,
    columns: document.columns.map((column) => ({
      name: column.name,
      type: jsonType(typeFromText(column.type)),
      nullable: column.nullable,
      ...(column.comment === undefined ? {} : { comment: column.comment }),
      ...(column.default === undefined ? {} : { default: column.default }),
      ...(document.metric === true
        ? { metadata: { "metric_view.type": column.measure === true ? "measure" : "dimension" } }
        : {}),
    })),
    owner: document.owner,
    ...(document.comment === undefined ? {} : { comment: document.comment }),
    created_time: new Date(document.createdAt).toISOString().replace(/\.\d+Z$/, "Z"),
    type: tableTypeOf(document),
    ...(isView ? {} : { provider: "delta" }),
    ...(document.view === undefined ? {} : { view_text: document.view.text }),
    table_properties: document.properties,
    ...(document.partitionedBy.length === 0 ? {} : { partition_columns: document.partitionedBy }),
  };
  return textTable([{ name: "json_metadata" }], [[JSON.stringify(value)]]);
}
