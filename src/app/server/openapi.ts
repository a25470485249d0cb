// The OpenAPI 3.1 document of the routes. Source: spec.openapis.org/oas/v3.1.1.
import * as z from "zod";
import type { Route, RawKind } from "./route.ts";
import type { RouteGroup } from "./table.ts";
import { errorAnswer } from "./wire-fields.ts";

type Schema = Readonly<Record<string, unknown>>;

export function openApi(groups: readonly RouteGroup[], version: string): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const { title, routes } of groups) {
    for (const route of routes) {
      const methods = (paths[route.path] ??= {});
      methods[route.method.toLowerCase()] = operationOf(route, title);
    }
  }
  return defined({
    openapi: "3.1.0",
    info: {
      title: "Mortar",
      version,
      description:
        "The routes of `mortar app serve`. On one's own machine each takes the server's key as a bearer token; behind Databricks Apps the platform says who calls.",
    },
    tags: groups.map(({ title }) => ({ name: title })),
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer" } },
      schemas: { ErrorAnswer: schemaOf(errorAnswer, "output") },
    },
  });
}

/** What a schema defines for itself goes where the whole document finds it. */
function defined(document: { readonly components: { readonly schemas: Schema } & Schema } & Schema): Schema {
  const own: Record<string, unknown> = {};
  const without = JSON.stringify(document, (key, inner: unknown) => {
    if (key !== "$defs") return inner;
    Object.assign(own, inner);
    return undefined;
  });
  const whole = JSON.parse(without) as typeof document;
  const { components } = whole;
  const schemas = { ...components.schemas, ...own };
  const text = JSON.stringify({ ...whole, components: { ...components, schemas } });
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as Schema;
}

function operationOf(route: Route, tag: string): Schema {
  const body = bodyOf(route);
  const parameters = [...pathParameters(route), ...queryParameters(route)];
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [tag],
    ...(route.open ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: body } }),
    responses: {
      "200": { description: "As asked", content: answerOf(route) },
      default: {
        description: "A refusal: what went wrong, and what to do",
        content: { "application/json": { schema: { $ref: "#/components/schemas/ErrorAnswer" } } },
      },
    },
  };
}

/** `get_api_projects_project_id`. */
function operationId({ method, path }: Route): string {
  return `${method.toLowerCase()}${path.replace(/[{}]/g, "").replace(/\W+/g, "_")}`;
}

function pathParameters({ path }: Route): Schema[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    return { name, in: "path", required: true, schema: { type: "string" } };
  });
}

function queryParameters({ query }: Route): Schema[] {
  if (query === undefined) return [];
  const schema = schemaOf(query, "input");
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries((schema["properties"] ?? {}) as Schema).map(([name, property]) => {
    return { name, in: "query", required: required.includes(name), schema: property };
  });
}

const binary = { type: "string", format: "binary" };

function bodyOf({ body }: Route): Schema | undefined {
  if (body === undefined) return undefined;
  if (body === "file") return { "application/octet-stream": { schema: binary } };
  if (body === "form") {
    const properties = { folder: { type: "string" }, file: binary };
    return { "multipart/form-data": { schema: { type: "object", properties } } };
  }
  return { "application/json": { schema: schemaOf(body, "input") } };
}

const rawAnswers: Readonly<Record<RawKind, Schema>> = {
  text: { "text/markdown": { schema: { type: "string" } } },
  stream: { "text/event-stream": { schema: { type: "string" } } },
  bytes: { "application/octet-stream": { schema: binary } },
};

function answerOf({ answer }: Route): Schema {
  return typeof answer === "string"
    ? rawAnswers[answer]
    : { "application/json": { schema: schemaOf(answer, "output") } };
}

function schemaOf(type: z.ZodType, io: "input" | "output"): Schema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(type, { io, unrepresentable: "any" });
  return schema;
}
