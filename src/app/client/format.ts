// Numbers, times and sizes as people read them.

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `40 ms`, `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`. */
export const durationText = (ms: number): string => {
  if (ms < 95) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9950) return `${(ms / secondMs).toFixed(1)} s`;
  if (ms < minuteMs - 500) return `${Math.round(ms / secondMs)} s`;
  const seconds = Math.round(ms / secondMs);
  if (ms < hourMs - 500) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
  const minutes = Math.round(ms / minuteMs);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
};

/** `$0.0042`, `$1.27`; as exact as it matters. */
export const costText = (dollars: number): string => {
  if (dollars > 0 && dollars < 0.0001) return "< $0.0001";
  return `$${dollars.toFixed(dollars !== 0 && dollars < 0.1 ? 4 : 2)}`;
};

/** `840`, `12.4k`, `1.2M`. */
export const countText = (count: number): string => {
  if (count < 1000) return String(count);
  if (count < 999_500) return `${(count / 1000).toFixed(count < 99_950 ? 1 : 0)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
};

/** `512 B`, `12.4 KB`, `3.0 MB`. */
export const sizeText = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1000).toFixed(1)} KB`;
  if (bytes < 999_950_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
};

/** How long ago a time of the wire (ISO 8601) was: `just now`, `5 min ago`, `yesterday`, `3 Mar`. */
export const agoText = (iso: string, nowMs: number): string => {
  const then = Date.parse(iso);
  if (Number.isNaN(then)) return "";
  const ms = nowMs - then;
  if (ms < minuteMs) return "just now";
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min ago`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h ago`;
  if (ms < 2 * dayMs) return "yesterday";
  if (ms < 7 * dayMs) return `${Math.floor(ms / dayMs)} days ago`;
  const sameYear = new Date(then).getFullYear() === new Date(nowMs).getFullYear();
  return new Intl.DateTimeFormat("en", {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(then);
};

/** The whole time, in the reader's zone. */
export const timeText = (iso: string): string => {
  const then = Date.parse(iso);
  return Number.isNaN(then)
    ? iso
    : new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(then);
};
