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
  const before = useRef<{ readonly firstId: string | undefined; readonly height: number }>({ firstId, height: 0 });
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
    if (element === null) return;
    const grew = element.scrollHeight - before.current.height;
    const cameBefore = before.current.firstId !== undefined && before.current.firstId !== firstId;
    // Elsewhere the browser keeps the place by itself; at the very top, and where it cannot, it is kept here.
    const isOurs = element.scrollTop < 1 || !CSS.supports("overflow-anchor", "auto");
    if (cameBefore && !sticks.current && isOurs) element.scrollTop += grew;
    before.current = { firstId, height: element.scrollHeight };
  });

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
