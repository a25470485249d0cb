// Made by scripts/generate.ts from the heads of skills/*/SKILL.md: what is known of a skill before its content is loaded.
import type { SkillEntry } from "./entry.ts";

/** Every shipped skill, in the order of the alphabet. */
export const skillCatalog: readonly SkillEntry[] = [
  {
    name: "databricks-agents",
    title: "Agents",
    description:
      "Build AI agents on Databricks, with Agent Bricks (Knowledge Assistant, Supervisor) or in code (ResponsesAgent, OpenAI Agents SDK, LangGraph) with tools and MCP. Use for chatbots, RAG agents, multi-agent systems.",
    aliases: ["databricks-agent-bricks"],
    sets: ["ai-engineer"],
  },
  {
    name: "databricks-ai-functions",
    title: "AI functions",
    description:
      "Use models in SQL and PySpark with AI functions (ai_query, ai_extract, ai_classify, ai_parse_document, ai_summarize, ai_forecast). Use for batch inference, text enrichment, document parsing.",
    aliases: ["databricks-parsing"],
    sets: ["analyst", "ai-engineer"],
  },
  {
    name: "databricks-appkit",
    title: "AppKit",
    description:
      "Build Databricks Apps in TypeScript with AppKit (Node.js, React, @databricks/appkit), plugins for analytics, Lakebase, Genie, files, serving. Use for typed SQL queries in an app and useAnalyticsQuery.",
    aliases: [],
    sets: ["app-developer"],
  },
  {
    name: "databricks-apps-apx",
    title: "Apps with APX",
    description:
      "Build full-stack Databricks Apps with APX, FastAPI backend and React, shadcn/ui frontend with a generated client. Use for apx init, apx dev, routes, hooks, OpenAPI client and apx projects.",
    aliases: ["databricks-app-apx"],
    sets: ["app-developer"],
  },
  {
    name: "databricks-apps-python",
    title: "Apps in Python",
    description:
      "Build and deploy Databricks Apps in Python (Streamlit, Dash, Gradio, Flask, FastAPI, Reflex). Use for app.yaml, app resources, user or service-principal authorization, app logs and failed deployments.",
    aliases: ["databricks-app-python", "databricks-apps"],
    sets: ["app-developer"],
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
    name: "databricks-lakebase",
    title: "Lakebase",
    description:
      "Use Lakebase, managed Postgres on Databricks (autoscaling projects, branches, endpoints; provisioned instances). Use for an app's OLTP database, connections with OAuth tokens, reverse ETL, synced tables.",
    aliases: ["databricks-lakebase-autoscale", "databricks-lakebase-provisioned"],
    sets: ["app-developer"],
  },
  {
    name: "databricks-lakeflow-connect",
    title: "Lakeflow Connect",
    description:
      "Ingest with Lakeflow Connect's managed connectors. Use to copy Salesforce, Workday, ServiceNow, SQL Server or other SaaS and database sources into Unity Catalog, and for gateways that fail.",
    aliases: ["lakeflow-connect"],
    sets: ["data-engineer"],
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
    name: "databricks-mlflow-evaluation",
    title: "MLflow evaluation",
    description:
      "Evaluate GenAI apps and agents with MLflow 3, mlflow.genai.evaluate, scorers, LLM judges and datasets. Use for measuring agent quality, regression tests of prompts, judge alignment and production monitoring.",
    aliases: ["mlflow-evaluation", "agent-evaluation"],
    sets: ["ai-engineer"],
  },
  {
    name: "databricks-mlflow-tracing",
    title: "MLflow tracing",
    description:
      "Instrument GenAI apps with MLflow Tracing and analyse traces. Use for autolog, spans, debugging an agent's steps, token use and latency, user feedback, and searching or exporting traces.",
    aliases: [
      "instrumenting-with-mlflow-tracing",
      "analyze-mlflow-trace",
      "analyze-mlflow-chat-session",
      "retrieving-mlflow-traces",
      "querying-mlflow-metrics",
      "mlflow-onboarding",
      "searching-mlflow-docs",
    ],
    sets: ["ai-engineer", "app-developer"],
  },
  {
    name: "databricks-model-serving",
    title: "Model serving",
    description:
      "Log, register, deploy and query models on Model Serving endpoints, classical ML, pyfunc, foundation and external models. Use for serving endpoints, real-time inference, deployment errors and build logs.",
    aliases: ["databricks-ml-training-serving"],
    sets: ["ai-engineer", "app-developer"],
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
    name: "databricks-serverless-migration",
    title: "Migration to serverless",
    description:
      "Move notebooks and jobs from classic clusters to serverless compute. Use for a migration plan, code that fails on serverless (RDD, sparkContext, cache, DBFS, JARs, init scripts) and its replacement.",
    aliases: [],
    sets: ["data-engineer"],
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
    name: "databricks-vector-search",
    title: "Vector search",
    description:
      "Build semantic retrieval with Databricks AI Search (formerly Mosaic AI Vector Search). Use for vector indexes, embeddings, RAG retrieval, hybrid and filtered similarity search, and index sync.",
    aliases: [],
    sets: ["ai-engineer"],
  },
  {
    name: "databricks-zerobus",
    title: "Zerobus ingestion",
    description:
      "Push records straight into Delta tables with Zerobus Ingest and its gRPC SDK, without Kafka. Use for IoT, clickstream or telemetry ingestion from an application, acknowledgements and retries.",
    aliases: ["databricks-zerobus-ingest"],
    sets: ["data-engineer"],
  },
  {
    name: "mortar-doctor",
    title: "Diagnose",
    description:
      "Diagnose why an agent does not work on Databricks, step by step. Use for Mortar or FMAPI doctor, diagnostics, connection errors, refused models, proxy trouble, missing tools or apiKeyHelper failed.",
    aliases: ["fmapi-codingagent-doctor"],
    sets: [],
  },
  {
    name: "mortar-list-models",
    title: "List models",
    description:
      "List the models and serving endpoints of the Databricks workspace that coding agents can use. Use for available models, model ids, which model is configured, or choosing and pinning another.",
    aliases: ["fmapi-codingagent-list-models"],
    sets: [],
  },
  {
    name: "mortar-reauth",
    title: "Sign in again",
    description:
      "Sign in to Databricks again when the OAuth session has expired or is refused. Use for reauth, re-authenticate, token expired, 401 errors, or logging in as another user.",
    aliases: ["fmapi-codingagent-reauth", "fmapi-codingagent-refresh"],
    sets: [],
  },
  {
    name: "mortar-setup",
    title: "Set an agent up",
    description:
      "Connect a coding agent to Databricks with Mortar, sign-in, models, MCP tools and skills. Use to set up or configure Claude Code, Codex, Gemini CLI, OpenCode or Copilot on a workspace, FMAPI setup.",
    aliases: ["fmapi-codingagent-setup"],
    sets: [],
  },
  {
    name: "mortar-status",
    title: "Connection status",
    description:
      "Show how the connection to Databricks stands, sign-in, workspace, models, proxy. Use when asked for Mortar, FMAPI or AI Gateway status, or whether the OAuth session is active or expired.",
    aliases: ["fmapi-codingagent-status"],
    sets: [],
  },
  {
    name: "mortar-validate-models",
    title: "Validate models",
    description:
      "Check that each configured model exists and answers, with one short request to each. Use to validate models, or for model not found, endpoint not ready, and 403 or 404 from a model.",
    aliases: ["fmapi-codingagent-validate-models"],
    sets: [],
  },
];
