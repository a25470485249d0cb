// Metric views: CREATE VIEW ... WITH METRICS and ALTER VIEW ... AS, both with their YAML between dollar quotes.
import { metricRelation } from "../analyze/metrics.ts";
import type { ColumnDocument } from "../catalog-documents.ts";
import { alreadyExists } from "../faults.ts";
import { metricDefinition } from "../metric-definition.ts";
import { showName } from "../names.ts";
import { describeType, requireStorable } from "../types.ts";
import type { StatementSession } from "./define.ts";
import { requireKind } from "./drops.ts";

interface MetricView {
  readonly name: readonly string[];
  readonly yaml: string;
  readonly replace: boolean;
  readonly unlessExists: boolean;
}

/** Makes the view, or gives it another definition. Throws what is wrong with the definition, and then nothing has changed. */
export async function makeMetricView(session: StatementSession, view: MetricView): Promise<void> {
  const path = session.path(view.name);
  const [catalog, schema, name] = path;
  const known = session.catalogs.schema(catalog, schema).tables.get(name);
  if (known !== undefined && view.unlessExists) return;
  if (known !== undefined && !view.replace) throw alreadyExists("TABLE_OR_VIEW", showName(path));
  if (known !== undefined) requireKind(known, "view", { path, statement: "CREATE OR REPLACE VIEW" });
  const definition = metricDefinition(view.yaml);
  const document = {
    ...session.catalogs.newDocument(definition.comment),
    ...(known === undefined ? {} : { createdAt: known.createdAt, id: known.id, owner: known.owner, tags: known.tags }),
    kind: "view" as const,
    metric: true,
    columns: columnsOf(session, path, definition),
    partitionedBy: [],
    clusterBy: [],
    constraints: [],
    view: { text: view.yaml, catalog: session.catalog, schema: session.schema, names: false },
  };
  await session.catalogs.change(
    { catalog, sql: [], put: [{ key: { kind: "table", schema, name }, document }] },
    session.signal,
  );
}

function columnsOf(
  session: StatementSession,
  path: readonly string[],
  definition: ReturnType<typeof metricDefinition>,
): ColumnDocument[] {
  const context = session.context();
  const found = { kind: "metric" as const, definition, path, within: context };
  const { columns } = metricRelation(found, { name: undefined, columns: [] }, context);
  const described = [...definition.dimensions, ...definition.measures];
  return columns.map((column, index) => {
    requireStorable(column.type, column.name);
    return {
      name: column.name,
      type: describeType(column.type),
      nullable: true,
      comment: described[index]?.comment,
      ...(column.measure === true ? { measure: true } : {}),
    };
  });
}
