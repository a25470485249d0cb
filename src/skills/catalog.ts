// Made by scripts/generate.ts from the heads of skills/*/SKILL.md: what is known of a skill before its content is loaded.
import type { SkillEntry } from "./entry.ts";

/** Every shipped skill, in the order of the alphabet. */
export const skillCatalog: readonly SkillEntry[] = [
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
    name: "databricks-jobs",
    title: "Jobs and deployment",
    description:
      "Create, schedule, deploy and debug Databricks jobs (Lakeflow Jobs, workflows). Use for scheduled notebooks, multi-task DAGs, cron, triggers, retries, notifications and failed runs.",
    aliases: ["job-deployment", "databricks-workflows"],
    sets: ["data-engineer", "ai-engineer", "app-developer"],
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
    name: "databricks-sql",
    title: "SQL",
    description:
      "Write and run Databricks SQL on warehouses. Use for queries, MERGE, CTEs, window functions, SQL scripting and procedures, materialized views, pipe syntax, geospatial, time travel and slow queries.",
    aliases: ["databricks-dbsql"],
    sets: ["data-engineer", "analyst", "app-developer"],
  },
  {
    name: "databricks-unity-catalog",
    title: "Unity Catalog",
    description:
      "Work with Unity Catalog objects, volumes, grants, tags, row filters, lineage and system tables. Use for permissions, who read a table, audit, billing and cost, and files in volumes.",
    aliases: [],
    sets: ["core"],
  },
];
