// The list stays at its end while one reads there, stays where one reads otherwise, and does not jump when older messages come.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

const nearPx = 80;

export interface Scroll {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly onScroll: () => void;
  readonly isAtEnd: boolean;
  readonly toEnd: () => void;
}

/** `firstId`: the first message; when it changes, older ones came before it. */
export const useScroll = (firstId: string | undefined): Scroll => {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  /** The first message, and how far down it lies, in CSS pixels. */
  const first = useRef<{ readonly id: string | undefined; readonly top: number }>({ id: firstId, top: 0 });
  const [isAtEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    const element = box.current;
    if (element === null) return;
    sticks.current = true;
    setAtEnd(true);
    element.scrollTop = element.scrollHeight;
  }, []);

  const onScroll = useCallback(() => {
    const element = box.current;
    if (element === null) return;
    sticks.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
    setAtEnd(sticks.current);
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    const topOf = (id: string | undefined): number | undefined =>
      id === undefined
        ? undefined
        : content.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`)?.offsetTop;
    const { id, top } = first.current;
    const now = id === firstId ? undefined : topOf(id);
    // Elsewhere the browser keeps the place by itself; at the very top, and where it cannot, it is kept here.
    const isOurs = element !== null && (element.scrollTop < 1 || !CSS.supports("overflow-anchor", "auto"));
    if (now !== undefined && isOurs && !sticks.current) element.scrollTop += now - top;
    first.current = { id: firstId, top: topOf(firstId) ?? 0 };
  }, [firstId]);

  useEffect(() => {
    const inner = content.current;
    if (inner === null) return undefined;
    const sizes = new ResizeObserver(() => {
      const element = box.current;
      if (element !== null && sticks.current) element.scrollTop = element.scrollHeight;
    });
    sizes.observe(inner);
    return () => sizes.disconnect();
  }, []);

  return { box, content, onScroll, isAtEnd, toEnd };
};
