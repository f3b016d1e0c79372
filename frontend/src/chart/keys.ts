// The keyboard of a chart: the same on every page.

const DAY = 86_400;

export interface KeyTarget {
  /** Move the cursor by steps. */
  step(by: number): void;
  /** Move the window by seconds. */
  move(by: number): void;
  /** Zoom around the cursor. */
  scale(factor: number): void;
  reset(): void;
  toNow(): void;
}

/** Listen to the keys of a chart. */
export function listen(element: HTMLElement, target: KeyTarget): void {
  element.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== element) return;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => target.step(event.shiftKey ? -4 : -1),
      ArrowRight: () => target.step(event.shiftKey ? 4 : 1),
      PageUp: () => target.move(-DAY),
      PageDown: () => target.move(DAY),
      '+': () => target.scale(0.6),
      '=': () => target.scale(0.6),
      '-': () => target.scale(1 / 0.6),
      '0': () => target.reset(),
      '.': () => target.toNow(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
