// Search through the titles and messages of a project.
import type { SearchHit } from "../contract/api.ts";
import type { Database, Row } from "./database.ts";
import { containing } from "./fold.ts";
import { textOf, textOrNull } from "./rows.ts";

const mostWords = 8;
const mostHits = 100;

/** Titles first, then messages, the newest first. All words must be there; upper and lower case are the same. */
export async function searchProject(
  database: Database,
  projectId: string,
  text: string,
  limit: number,
): Promise<readonly SearchHit[]> {
  const words = text.slice(0, 1000).split(/\s+/).filter(Boolean).slice(0, mostWords);
  const most = Math.min(Math.max(Math.trunc(limit), 0), mostHits);
  if (words.length === 0 || most === 0) return [];
  const patterns = words.map(containing);
  const having = (column: string): string =>
    words.map((_word, at) => `COALESCE(${column}) LIKE $${at + 3} ESCAPE '!'`).join(" AND ");
  const titles = await database.rows(
    `SELECT c.id, c.title FROM :conversations c WHERE c.project_id = $1 AND ${having("c.folded_title, LOWER(c.title)")}
     ORDER BY c.updated_at DESC, c.id DESC LIMIT $2`,
    [projectId, most, ...patterns],
  );
  const hits = titles.map((row) => hitOf(row, words));
  if (hits.length === most) return hits;
  const messages = await database.rows(
    `SELECT c.id, c.title, m.id AS message_id, m.content
     FROM :messages m JOIN :conversations c ON c.id = m.conversation_id
     WHERE c.project_id = $1 AND ${having("m.folded_content, LOWER(m.content)")}
     ORDER BY m.created_at DESC, m.position DESC LIMIT $2`,
    [projectId, most - hits.length, ...patterns],
  );
  return [...hits, ...messages.map((row) => hitOf(row, words))];
}

function hitOf(row: Row, words: readonly string[]): SearchHit {
  const title = textOf(row, "title");
  const messageId = textOrNull(row, "message_id");
  const excerpt = messageId === null ? title : excerptOf(textOf(row, "content"), words);
  return { conversation_id: textOf(row, "id"), title, message_id: messageId, excerpt };
}

const before = 60;
const after = 140;

/** The first of the words with what stands around it, on one line. */
export function excerptOf(text: string, words: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = words.map((word) => lower.indexOf(word.toLowerCase())).filter((at) => at >= 0);
  const at = Math.min(...places, text.length);
  const start = at - before <= 0 ? 0 : at - before;
  const end = Math.min(text.length, at + after);
  const cut = text.slice(start, end).toWellFormed().replaceAll(/\s+/g, " ").trim();
  return `${start > 0 ? "…" : ""}${cut}${end < text.length ? "…" : ""}`;
}
