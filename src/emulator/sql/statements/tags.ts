// SET TAGS and UNSET TAGS of everything that bears tags, and the owner of what has no other ALTER.
import type { CatalogDocument, SchemaDocument, TableDocument, Tags, VolumeDocument } from "../catalog-documents.ts";
import type { Change } from "../catalogs.ts";
import { invalidStatement, unresolvedColumn, unsupported } from "../faults.ts";
import { sameName, showName } from "../names.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseTableName } from "../parse/relations.ts";
import { emptyTable, type Action, type Construct, type StatementSession } from "./define.ts";

const mostTags = 50;

/** What SET TAGS or UNSET TAGS makes of the tags that are there; undefined, and nothing taken, where neither stands there. */
export function tagEdit(cursor: Cursor): ((tags: Tags | undefined) => Tags) | undefined {
  if (cursor.accept("SET", "TAGS")) {
    const given = tagPairs(cursor);
    return (tags) => limited({ ...tags, ...given });
  }
  if (!cursor.accept("UNSET", "TAGS")) return undefined;
  cursor.expect("(");
  const names = cursor.listToParenthesis(() => cursor.string());
  return (tags) => Object.fromEntries(Object.entries(tags ?? {}).filter(([name]) => !names.includes(name)));
}

function tagPairs(cursor: Cursor): Tags {
  cursor.expect("(");
  const pairs = cursor.listToParenthesis((): [string, string] => {
    const name = cursor.string();
    return [name, cursor.accept("=") ? cursor.string() : ""];
  });
  for (const [name] of pairs) {
    if (name === "" || name.length > 256 || /[.,\-=/:]/.test(name))
      throw invalidStatement(
        "INVALID_PARAMETER_VALUE.TAG_KEY",
        "22023",
        `Tag key '${name}' is not valid: at most 256 characters, none of . , - = / :`,
      );
  }
  return Object.fromEntries(pairs);
}

function limited(tags: Tags): Tags {
  if (Object.keys(tags).length <= mostTags) return tags;
  throw invalidStatement("TAG_LIMIT_EXCEEDED", "54000", `An object bears at most ${mostTags} tags.`);
}

/** The document with the tags of the whole, or of one column, edited. Throws UNRESOLVED_COLUMN. */
export function tagged(
  document: TableDocument,
  column: string | undefined,
  edit: (tags: Tags | undefined) => Tags,
): TableDocument {
  if (column === undefined) return { ...document, tags: edit(document.tags) };
  const found = document.columns.find(({ name }) => sameName(name, column));
  if (found === undefined) throw unresolvedColumn(showName([column]), []);
  const next = { ...found, tags: edit(found.tags) };
  return { ...document, columns: document.columns.map((each) => (each === found ? next : each)) };
}

interface Edit {
  readonly tags?: (tags: Tags | undefined) => Tags;
  readonly owner?: string;
}

type Kind = "CATALOG" | "SCHEMA" | "VOLUME";

function alterPlain(cursor: Cursor): Action {
  cursor.expect("ALTER");
  const kind = (["CATALOG", "SCHEMA", "VOLUME"] as const).find((word) => cursor.accept(word)) ?? schemaWord(cursor);
  const name = parseTableName(cursor);
  const tags = tagEdit(cursor);
  const isOwner = tags === undefined && (cursor.accept("SET", "OWNER", "TO") || cursor.accept("OWNER", "TO"));
  if (tags === undefined && !isOwner)
    throw unsupported(
      `ALTER ${kind} ... ${cursor.peek().text.toUpperCase()} ${cursor.peek(1).text.toUpperCase()}`.trimEnd(),
    );
  const edit: Edit = tags === undefined ? { owner: cursor.name() } : { tags };
  return async (session) => {
    await session.catalogs.exclusively(session.signal, async (writer) => {
      await session.catalogs.changeWithin(writer, edited(session, { kind, name, edit }));
    });
    return emptyTable;
  };
}

function schemaWord(cursor: Cursor): Kind {
  cursor.expect("DATABASE");
  return "SCHEMA";
}

function edited(
  session: StatementSession,
  { kind, name, edit }: { readonly kind: Kind; readonly name: readonly string[]; readonly edit: Edit },
): Change {
  const made = <T extends CatalogDocument | SchemaDocument | VolumeDocument>(document: T): T => ({
    ...document,
    ...(edit.tags === undefined ? {} : { tags: edit.tags(document.tags) }),
    ...(edit.owner === undefined ? {} : { owner: edit.owner }),
    updatedAt: session.now(),
  });
  if (kind === "CATALOG") {
    const catalog = (name[0] ?? "").toLowerCase();
    const { document } = session.catalogs.catalog(catalog);
    return { catalog, sql: [], put: [{ key: { kind: "catalog", schema: "", name: "" }, document: made(document) }] };
  }
  if (kind === "SCHEMA") {
    const [catalog, schema] = session.schemaPath(name);
    const { document } = session.catalogs.schema(catalog, schema);
    return { catalog, sql: [], put: [{ key: { kind: "schema", schema, name: "" }, document: made(document) }] };
  }
  const path = session.path(name);
  const [catalog, schema, volume] = path;
  const found = session.catalogs.schema(catalog, schema).volumes.get(volume);
  if (found === undefined)
    throw invalidStatement("VOLUME_NOT_FOUND", "42704", `Volume ${showName(path)} does not exist.`);
  return { catalog, sql: [], put: [{ key: { kind: "volume", schema, name: volume }, document: made(found) }] };
}

export const tagConstructs: readonly Construct[] = [
  {
    name: "ALTER CATALOG",
    starts: ["ALTER CATALOG", "ALTER SCHEMA", "ALTER DATABASE", "ALTER VOLUME"],
    usage: "ALTER CATALOG | SCHEMA | VOLUME name SET TAGS ('name' = 'value') | UNSET TAGS ('name') | OWNER TO",
    parse: alterPlain,
  },
];
