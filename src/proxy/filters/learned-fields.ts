// Leaves out what a path of the workspace has refused: learned from its 400, kept for the requests that follow.
import type { Exchange, Filter, ModelRequest, Send } from "../types.ts";
import { readProblem } from "../errors/problem.ts";
import { bodyBytes, bodyText } from "./body-edit.ts";
import { likelyModel } from "./model-of.ts";
import { keepLessons, lessonKey, lessonsOf, type Lesson } from "./lessons.ts";

/** One request may meet several refusals: each names one thing. */
const mostReplays = 8;

/** A workspace that learns new fields is asked again after so long. */
const keptMs = 12 * 3_600_000;

const mostLessons = 100;

/** What is known of one path for one model. */
interface Known {
  readonly lessons: Map<string, Lesson>;
  readonly sinceMs: number;
}

export interface LearnedFieldsOptions {
  readonly now: () => number;
  /** Told once for each lesson. */
  readonly onLesson?: ((exchange: Exchange, lesson: string) => void) | undefined;
}

export function createLearnedFields({ now, onLesson }: LearnedFieldsOptions): Filter {
  const known = new Map<string, Known>();

  function lessonsFor(key: string): Map<string, Lesson> {
    const found = known.get(key);
    if (found !== undefined && Math.abs(now() - found.sinceMs) < keptMs) return found.lessons;
    const lessons = new Map<string, Lesson>();
    known.set(key, { lessons, sinceMs: now() });
    return lessons;
  }

  async function handle(exchange: Exchange, request: ModelRequest, next: Send): Promise<Response> {
    const lessons = lessonsFor(keyOf(exchange, request));
    let current = kept(request, lessons) ?? request;
    for (let replay = 0; ; replay++) {
      const answer = await next(current);
      if (answer.status !== 400 || replay >= mostReplays || lessons.size >= mostLessons) return answer;
      const { problem, response } = await readProblem(answer);
      const news = lessonsOf(problem.message).filter((lesson) => !lessons.has(lessonKey(lesson)));
      const changed = kept(current, new Map(news.map((lesson) => [lessonKey(lesson), lesson])));
      if (changed === undefined) return response;
      for (const lesson of news) {
        lessons.set(lessonKey(lesson), lesson);
        onLesson?.(exchange, lessonKey(lesson));
      }
      current = changed;
    }
  }

  return {
    name: "learned-fields",
    summary: "Leaves out fields and betas that the workspace has refused, and sends the request again",
    byDefault: true,
    applies: (exchange, request) => known.size > 0 && (known.get(keyOf(exchange, request))?.lessons.size ?? 0) > 0,
    mends: ({ dialect }, { method, body }, status) =>
      status === 400 && dialect.name !== "otel" && method === "POST" && body instanceof Uint8Array,
    handle,
  };
}

// By model: what one does not take, another may need.
function keyOf(exchange: Exchange, request: ModelRequest): string {
  const { dialect, upstream } = exchange;
  return `${upstream.origin}${upstream.prefix} ${dialect.name} ${likelyModel(exchange, request)}`;
}

function kept(request: ModelRequest, lessons: ReadonlyMap<string, Lesson>): ModelRequest | undefined {
  if (lessons.size === 0) return undefined;
  const text = bodyText(request.body);
  if (text === undefined) return undefined;
  try {
    const changed = keepLessons(text, request.headers, [...lessons.values()]);
    return changed === undefined ? undefined : { ...request, headers: changed.headers, body: bodyBytes(changed.text) };
  } catch {
    // No JSON: the workspace says so better than we could.
    return undefined;
  }
}
