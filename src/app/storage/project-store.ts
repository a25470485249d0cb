// Projects, with whom they are shared, and which skills each has.
import type { Project, Role, Share } from "../contract/api.ts";
import type { Row, Statements } from "./database.ts";
import { json, name, textLength, word } from "./limits.ts";
import type { Part } from "./part.ts";
import { jsonOf, momentOf, numberOf, textOf } from "./rows.ts";
import { searchProject } from "./search.ts";
import type { ProjectStore } from "./store.ts";
import { projectUsage } from "./usage.ts";

export function createProjectStore(part: Part): ProjectStore {
  const { database } = part;
  return {
    create: (owner, title) => create(part, owner, title),
    list: async (user) => {
      const sql = `${selectProjects} ORDER BY p.updated_at DESC, p.created_at DESC, p.id DESC`;
      return (await database.rows(sql, [user.toLowerCase()])).map(projectOf);
    },
    access: async (id, user) => {
      const sql = `${selectProjects} AND p.id = $2`;
      const [row] = await database.rows(sql, [user.toLowerCase(), id]);
      return row === undefined ? undefined : projectOf(row);
    },
    update: (id, change) => update(part, id, change),
    remove: (id) => database.transaction((statements) => remove(statements, id)),
    shares: async (id) => {
      const sql = "SELECT user_name, role FROM :shares WHERE project_id = $1 ORDER BY user_name";
      return (await database.rows(sql, [id])).map(shareOf);
    },
    share: async (id, user, role) => {
      await database.run(
        `INSERT INTO :shares (project_id, user_name, role) SELECT id, $2, $3 FROM :projects WHERE id = $1
         ON CONFLICT (project_id, user_name) DO UPDATE SET role = excluded.role`,
        [id, name("user name", user).toLowerCase(), role],
      );
    },
    unshare: async (id, user) => {
      const sql = "DELETE FROM :shares WHERE project_id = $1 AND user_name = $2";
      await database.run(sql, [id, user.toLowerCase()]);
    },
    enabledSkills: async (id) => {
      const [row] = await database.rows("SELECT enabled_skills FROM :projects WHERE id = $1", [id]);
      return (row === undefined ? undefined : jsonOf<readonly string[]>(row, "enabled_skills")) ?? null;
    },
    setEnabledSkills: async (id, names) => {
      const value = names === null ? null : json("list of skills", names);
      await database.run("UPDATE :projects SET enabled_skills = $2 WHERE id = $1", [id, value]);
    },
    search: (id, words, limit) => searchProject(database, id, words, limit),
    usage: (id) => projectUsage(database, id),
  };
}

/** Those that user $1 may see, with his role. */
const selectProjects = `
  SELECT p.id, p.name, p.owner, p.instructions, p.created_at, p.updated_at,
    CASE WHEN p.owner = $1 THEN 'owner' ELSE s.role END AS role,
    (SELECT COUNT(*) FROM :conversations c WHERE c.project_id = p.id) AS conversation_count
  FROM :projects p LEFT JOIN :shares s ON s.project_id = p.id AND s.user_name = $1
  WHERE (p.owner = $1 OR s.user_name IS NOT NULL)`;

function projectOf(row: Row): Project {
  return {
    id: textOf(row, "id"),
    name: textOf(row, "name"),
    user_email: textOf(row, "owner"),
    role: textOf(row, "role") as Role,
    created_at: momentOf(row, "created_at"),
    updated_at: momentOf(row, "updated_at"),
    conversation_count: numberOf(row, "conversation_count"),
    instructions: textOf(row, "instructions"),
  };
}

const shareOf = (row: Row): Share => ({
  user: textOf(row, "user_name"),
  role: textOf(row, "role") as Share["role"],
});

async function create({ database, clock }: Part, owner: string, title: string): Promise<Project> {
  const id = crypto.randomUUID();
  const user = name("user name", owner).toLowerCase();
  const now = clock.now();
  await database.transaction((statements) =>
    statements.run(
      "INSERT INTO :projects (id, owner, name, instructions, created_at, updated_at) VALUES ($1, $2, $3, '', $4, $5)",
      [id, user, name("name", title), now, now],
    ),
  );
  const [row] = await database.rows(`${selectProjects} AND p.id = $2`, [user, id]);
  return projectOf(row ?? {});
}

async function update({ database, clock }: Part, id: string, change: Parameters<ProjectStore["update"]>[1]) {
  const title = change.name === undefined ? null : name("name", change.name);
  const instructions = change.instructions === undefined ? null : word("addition", change.instructions, textLength);
  await database.run(
    `UPDATE :projects SET name = COALESCE($2, name), instructions = COALESCE($3, instructions), updated_at = $4
     WHERE id = $1`,
    [id, title, instructions, clock.now()],
  );
}

async function remove(statements: Statements, id: string): Promise<void> {
  // Nobody adds a conversation from here on.
  await statements.run("UPDATE :projects SET updated_at = updated_at WHERE id = $1", [id]);
  const conversations = await statements.rows("SELECT id FROM :conversations WHERE project_id = $1", [id]);
  await statements.run("DELETE FROM :projects WHERE id = $1", [id]);
  for (const row of conversations) {
    await statements.run("DELETE FROM :events WHERE conversation_id = $1", [textOf(row, "id")]);
  }
}
