// Which skill's description fits a prompt best. No model is asked: what counts is whether descriptions hold the words that
// people use, and hold them apart. A prompt is never a copy of a description.
import { describe, expect, test } from "bun:test";
import { skillCatalog } from "../src/skills/catalog.ts";
import { ranked, wordsOf } from "./checks/bm25.ts";

/** What an agent sees of a skill before it loads it. */
const texts = new Map(skillCatalog.map(({ name, description }) => [name, `${name} ${description}`]));

const prompts: readonly (readonly [string, string])[] = [
  // The plugin's five phrases.
  ["develop on Databricks", "databricks-notebooks"],
  ["create a Databricks notebook", "databricks-notebooks"],
  ["build a notebook in Databricks", "databricks-notebooks"],
  ["write code for Databricks", "databricks-notebooks"],
  ["iterate on a Databricks notebook", "databricks-notebooks"],
  ["help me debug the third cell of my notebook", "databricks-notebooks"],
  ["schedule this notebook every morning at six", "databricks-jobs"],
  ["my nightly job failed, why?", "databricks-jobs"],
  ["make a workflow of three tasks with retries", "databricks-jobs"],
  ["turn this project into a DAB with dev and prod targets", "databricks-bundles"],
  ["write a databricks.yml and set up CI/CD", "databricks-bundles"],
  ["build a bronze silver gold medallion with Auto Loader", "databricks-pipelines"],
  ["migrate this DLT code", "databricks-pipelines"],
  ["keep history with SCD type 2 from a CDC feed", "databricks-pipelines"],
  ["read from Kafka with a checkpoint and a watermark", "databricks-structured-streaming"],
  ["foreachBatch writes rows twice", "databricks-structured-streaming"],
  ["automate this with the WorkspaceClient in Python", "databricks-python-sdk"],
  ["how do I paginate with databricks-sdk", "databricks-python-sdk"],
  ["my query is slow, it uses a window function and a CTE", "databricks-sql"],
  ["write a stored procedure in SQL", "databricks-sql"],
  ["classify support tickets with ai_classify", "databricks-ai-functions"],
  ["extract text from scanned documents with ai_parse_document", "databricks-ai-functions"],
  ["who can read this table? grant analysts permissions", "databricks-unity-catalog"],
  ["what did we spend last month, by billing system table", "databricks-unity-catalog"],
  ["upload a file to a volume", "databricks-unity-catalog"],
  ["build a dashboard with KPI counters and a bar chart", "databricks-dashboards"],
  ["a Lakeview widget stays empty", "databricks-dashboards"],
  ["set up a Genie space with sample questions", "databricks-genie"],
  ["let people ask questions in natural language over our tables", "databricks-genie"],
  ["deploy my sklearn model to a serving endpoint", "databricks-model-serving"],
  ["real-time inference for a registered model", "databricks-model-serving"],
  ["build a multi-agent supervisor with a knowledge assistant", "databricks-agents"],
  ["make a RAG chatbot agent with tools", "databricks-agents"],
  ["create a vector index with embeddings for similarity search", "databricks-vector-search"],
  ["evaluate my agent with LLM judges", "databricks-mlflow-evaluation"],
  ["run mlflow.genai.evaluate on a dataset", "databricks-mlflow-evaluation"],
  ["add autolog tracing and look at the spans", "databricks-mlflow-tracing"],
  ["why is this agent's latency so high, search its traces", "databricks-mlflow-tracing"],
  ["build a Streamlit app", "databricks-apps-python"],
  ["my Dash app's deployment fails, look at app.yaml", "databricks-apps-python"],
  ["start an apx project with FastAPI and React", "databricks-apps-apx"],
  ["TypeScript app with AppKit", "databricks-appkit"],
  ["useAnalyticsQuery gives no data", "databricks-appkit"],
  ["a Postgres database for my app with branches", "databricks-lakebase"],
  ["sync a Delta table into Lakebase, reverse ETL", "databricks-lakebase"],
  ["generate fake test data with Faker", "databricks-synthetic-data"],
  ["define revenue once with governed measures", "databricks-metric-views"],
  ["read our tables from Snowflake through Iceberg", "databricks-iceberg"],
  ["UniForm for Trino", "databricks-iceberg"],
  ["ingest IoT telemetry without Kafka over gRPC", "databricks-zerobus"],
  ["make sample PDF invoices to test parsing", "databricks-pdf-generation"],
  ["write a custom Spark connector for a REST API in Python", "databricks-python-data-source"],
  ["ingest our Salesforce accounts with a managed connector", "databricks-lakeflow-connect"],
  ["the SQL Server gateway stopped copying changes", "databricks-lakeflow-connect"],
  ["migrate this cluster job to serverless, it uses sparkContext and RDDs", "databricks-serverless-migration"],
  ["df.cache fails on serverless, what takes its place", "databricks-serverless-migration"],
  ["serverless or a cluster for this?", "databricks-execution-compute"],
  ["start my cluster and run this Scala snippet remotely", "databricks-execution-compute"],
  ["log in to another workspace profile", "databricks-config"],
  ["am I on the right workspace and profile?", "databricks-config"],
  ["what does the official documentation say about this limit?", "databricks-docs"],
  ["is the OAuth session still active? show me the status", "mortar-status"],
  ["I get 401, my token expired, sign me in again", "mortar-reauth"],
  ["configure Codex on our workspace", "mortar-setup"],
  ["run the FMAPI doctor, nothing works", "mortar-doctor"],
  ["the apiKeyHelper gives an error, diagnose it", "mortar-doctor"],
  ["which models are available?", "mortar-list-models"],
  ["validate my configured models", "mortar-validate-models"],
];

const results = prompts.map(([prompt, wanted]) => {
  const order = ranked(prompt, texts);
  return { prompt, wanted, best: order[0]?.name ?? "", rank: order.findIndex(({ name }) => name === wanted) + 1 };
});

describe("the descriptions", () => {
  test("lead the plugin's trigger phrases to notebooks", () => {
    expect(results.slice(0, 5).map(({ best }) => best)).toEqual(Array<string>(5).fill("databricks-notebooks"));
  });

  test("lead prompts to the right skill: nearly all first, all among the first three", () => {
    const second = results
      .filter(({ rank }) => rank !== 1)
      .map(({ prompt, best, wanted }) => `${prompt}: ${best} before ${wanted}`);
    expect(results.filter(({ rank }) => rank > 3)).toEqual([]);
    // One in twenty may be second: these are words, and no model.
    expect(second.length <= prompts.length / 20 ? [] : second).toEqual([]);
  });

  test("are all wanted by some prompt", () => {
    const wanted = new Set(prompts.map(([, name]) => name));
    expect(skillCatalog.map(({ name }) => name).filter((name) => !wanted.has(name))).toEqual([]);
  });

  test("are no prompts, word by word", () => {
    const holds = (prompt: string, text: string): boolean => text.toLowerCase().includes(prompt.toLowerCase());
    const copied = prompts.slice(5).filter(([prompt, name]) => holds(prompt, texts.get(name) ?? ""));
    expect(copied).toEqual([]);
  });
});

describe("the scoring", () => {
  const small = new Map([
    ["a", "bake bread and cakes"],
    ["b", "repair bicycles, tyres and brakes"],
    ["c", "bread"],
  ]);

  test("finds words in other forms, prefers rare ones and short texts", () => {
    expect(ranked("baking a cake", small)[0]?.name).toBe("a");
    expect(ranked("my bicycle's tyre", small)[0]?.name).toBe("b");
    expect(ranked("bread", small).map(({ name }) => name)).toEqual(["c", "a", "b"]);
    expect(ranked("nothing of it", small).every(({ score }) => score === 0)).toBe(true);
  });

  test("leaves empty words out", () => {
    expect(wordsOf("How do I use the notebooks, please?")).toEqual(["notebook"]);
  });
});
