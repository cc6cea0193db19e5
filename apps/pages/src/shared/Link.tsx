import type { MouseEvent, ReactNode } from 'react';
import { goTo } from './place.ts';

interface LinkProps {
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string;
  /** Where the page is now: screen readers say it, and the style sheet shows it. */
  readonly current?: boolean;
}

/** A link of the page to itself: a plain click moves within it, every other click (a new tab) stays the browser's. */
export function Link({ to, children, className, current }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a href={to} onClick={follow} {...(className && { className })} {...(current && { 'aria-current': 'page' as const })}>
      {children}
    </a>
  );
}
