// The sources by name.
import { skillCatalog } from "../../skills/catalog.ts";
import { skillFiles, skillScheme } from "../skills/files.ts";
import { dashboardIds, jobIds, runIds } from "./ids.ts";
import { notebookParts, notebookPaths } from "./paths.ts";
import { matching, type Source, type SourceName } from "./source.ts";
import { catalogNames, fullTableNames, schemaNames, tableNames } from "./tables.ts";

const schedules = [
  "every hour",
  "every day at 06:00",
  "every Monday at 06:00",
  "every weekday at 06:00",
  "on the first of each month at 06:00",
];

const skills: Source = async (typed) =>
  matching(
    typed,
    skillCatalog.map(({ name }) => name),
  );

/** The files of the skill that is given. */
const filesOfSkill: Source = async (typed, { given: { name = "" } }) => {
  const root = `${skillScheme}${name}/`;
  const { files } = await skillFiles();
  return matching(
    typed,
    [...files.keys()].filter((uri) => uri.startsWith(root)).map((uri) => uri.slice(root.length)),
  );
};

export const sources: Readonly<Record<SourceName, Source>> = {
  notebookPath: notebookPaths,
  notebookParts,
  catalog: catalogNames,
  schema: schemaNames,
  table: tableNames,
  tableName: fullTableNames,
  runId: runIds,
  jobId: jobIds,
  dashboardId: dashboardIds,
  skill: skills,
  skillFile: filesOfSkill,
  schedule: async (typed) => matching(typed, schedules),
  days: async (typed) => matching(typed, ["7", "30", "90", "365"]),
};
