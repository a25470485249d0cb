// Made by scripts/generate.ts from the heads of skills/*/SKILL.md: what is known of a skill before its content is loaded.
import type { SkillEntry } from "./entry.ts";

/** Every shipped skill, in the order of the alphabet. */
export const skillCatalog: readonly SkillEntry[] = [
  {
    name: "databricks-ai-functions",
    title: "AI functions",
    description:
      "Use models in SQL and PySpark with AI functions (ai_query, ai_extract, ai_classify, ai_parse_document, ai_summarize, ai_forecast). Use for batch inference, text enrichment, document parsing.",
    aliases: ["databricks-parsing"],
    sets: ["analyst", "ai-engineer"],
  },
  {
    name: "databricks-bundles",
    title: "Asset bundles",
    description:
      "Write and deploy Databricks Asset Bundles (DABs, databricks.yml). Use for infrastructure as code, dev and prod targets, CI/CD, or to turn jobs, pipelines, dashboards and apps into YAML.",
    aliases: ["dabs-writer", "asset-bundles", "databricks-asset-bundles", "databricks-dabs"],
    sets: ["data-engineer", "app-developer"],
  },
  {
    name: "databricks-config",
    title: "Configuration and sign-in",
    description:
      "Sign in to Databricks, manage profiles and switch workspaces. Use for login, OAuth, tokens, service principals, databrickscfg, expired or refused credentials, and which workspace am I on.",
    aliases: ["databricks-core", "databricks"],
    sets: ["core"],
  },
  {
    name: "databricks-dashboards",
    title: "Dashboards",
    description:
      "Create AI/BI (Lakeview) dashboards as JSON with datasets, widgets, filters and pages. Use for dashboards, charts, KPI counters, broken or empty widgets, publishing and sharing.",
    aliases: ["databricks-aibi-dashboards"],
    sets: ["analyst"],
  },
  {
    name: "databricks-docs",
    title: "Documentation look-up",
    description:
      "Look up the official Databricks documentation and API reference. Use when a feature, limit, parameter, error class or availability is unknown, new or disputed, before guessing.",
    aliases: [],
    sets: ["core"],
  },
  {
    name: "databricks-execution-compute",
    title: "Execution and compute",
    description:
      "Choose and manage compute, and run code on it. Use for serverless or cluster, Databricks Connect, running Python, Scala or SQL remotely, starting, creating, sizing or stopping clusters and warehouses.",
    aliases: ["databricks-compute"],
    sets: ["core"],
  },
  {
    name: "databricks-genie",
    title: "Genie",
    description:
      "Create, tune, migrate and query Genie spaces (natural language to SQL). Use to ask questions of data in plain language, curate instructions and sample questions, or call the Genie conversation API.",
    aliases: [],
    sets: ["analyst", "ai-engineer"],
  },
  {
    name: "databricks-iceberg",
    title: "Iceberg",
    description:
      "Use Apache Iceberg with Unity Catalog, managed Iceberg tables, UniForm Iceberg reads on Delta, the Iceberg REST catalog. Use to share tables with Snowflake, Trino, Flink, PyIceberg or open-source Spark.",
    aliases: [],
    sets: ["data-engineer"],
  },
  {
    name: "databricks-jobs",
    title: "Jobs and deployment",
    description:
      "Create, schedule, deploy and debug Databricks jobs (Lakeflow Jobs, workflows). Use for scheduled notebooks, multi-task DAGs, cron, triggers, retries, notifications and failed runs.",
    aliases: ["job-deployment", "databricks-workflows"],
    sets: ["data-engineer", "ai-engineer", "app-developer"],
  },
  {
    name: "databricks-metric-views",
    title: "Metric views",
    description:
      "Define metric views in Unity Catalog, governed dimensions and measures in YAML, queried with MEASURE(). Use for KPIs, a semantic layer, one definition of revenue, ratios and window measures.",
    aliases: [],
    sets: ["data-engineer", "analyst"],
  },
  {
    name: "databricks-notebooks",
    title: "Notebook development",
    description:
      "Develop, run and debug notebooks cell by cell. Use to develop on Databricks, create or build a notebook in Databricks, write code for Databricks, or iterate on a Databricks notebook.",
    aliases: ["notebook-development"],
    sets: ["core", "data-engineer"],
  },
  {
    name: "databricks-pdf-generation",
    title: "PDF generation",
    description:
      "Generate PDF documents from HTML and put them into a volume. Use for sample PDFs, policies, manuals or invoices to test RAG, document parsing or a knowledge assistant, with questions and answers.",
    aliases: ["databricks-unstructured-pdf-generation"],
    sets: ["ai-engineer"],
  },
  {
    name: "databricks-pipelines",
    title: "Declarative pipelines",
    description:
      "Build Lakeflow Spark Declarative Pipelines (SDP, formerly Delta Live Tables, DLT). Use for streaming tables, materialized views, Auto Loader ingestion, CDC, SCD type 2, expectations and medallion layers.",
    aliases: ["sdp", "sdp-writer", "spark-declarative-pipelines", "databricks-spark-declarative-pipelines"],
    sets: ["data-engineer"],
  },
  {
    name: "databricks-python-data-source",
    title: "Spark Python data sources",
    description:
      "Write a custom Spark connector in Python with the DataSource API (pyspark.sql.datasource). Use for spark.read.format of a REST API, database or file type that Spark lacks, batch or streaming.",
    aliases: ["spark-python-data-source"],
    sets: ["data-engineer"],
  },
  {
    name: "databricks-python-sdk",
    title: "Python SDK",
    description:
      "Write Python against Databricks with databricks-sdk (WorkspaceClient), the REST API or the CLI. Use for automation scripts, pagination, waiters, error handling, files, and what no tool covers.",
    aliases: ["databricks-dev", "python-dev"],
    sets: ["core"],
  },
  {
    name: "databricks-sql",
    title: "SQL",
    description:
      "Write and run Databricks SQL on warehouses. Use for queries, MERGE, CTEs, window functions, SQL scripting and procedures, materialized views, pipe syntax, geospatial, time travel and slow queries.",
    aliases: ["databricks-dbsql"],
    sets: ["data-engineer", "analyst", "app-developer"],
  },
  {
    name: "databricks-structured-streaming",
    title: "Structured Streaming",
    description:
      "Write Spark Structured Streaming jobs by hand. Use for Kafka, Event Hubs or Kinesis, readStream, foreachBatch, triggers, checkpoints, watermarks, stream joins, state, real-time mode and lag.",
    aliases: ["databricks-spark-structured-streaming"],
    sets: ["data-engineer"],
  },
  {
    name: "databricks-synthetic-data",
    title: "Synthetic data",
    description:
      "Generate realistic synthetic data with Spark, Faker or dbldatagen. Use for demo, test or fake data, with skewed distributions, trends, correlated columns and foreign keys that match.",
    aliases: ["synthetic-data-generation", "databricks-synthetic-data-gen"],
    sets: ["data-engineer", "ai-engineer"],
  },
  {
    name: "databricks-unity-catalog",
    title: "Unity Catalog",
    description:
      "Work with Unity Catalog objects, volumes, grants, tags, row filters, lineage and system tables. Use for permissions, who read a table, audit, billing and cost, and files in volumes.",
    aliases: [],
    sets: ["core"],
  },
  {
    name: "databricks-zerobus",
    title: "Zerobus ingestion",
    description:
      "Push records straight into Delta tables with Zerobus Ingest and its gRPC SDK, without Kafka. Use for IoT, clickstream or telemetry ingestion from an application, acknowledgements and retries.",
    aliases: ["databricks-zerobus-ingest"],
    sets: ["data-engineer"],
  },
];
