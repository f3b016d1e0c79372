// Names what is drawn, tells its value under the cursor, and hides it on demand.

import { draw, figure, make } from '../page';
import { moment } from '../time';
import type { Panel, Series } from './data';
import { momentOf, stepAt } from './data';

export interface Legend {
  /** Show the values at an instant. */
  tell(panel: Panel, instant: number): void;
}

/** Fill the list above a panel. */
export function legend(
  list: HTMLElement, panel: Panel, zone: string, isShown: (key: string) => boolean, toggle: (key: string) => void,
): Legend {
  const time = make('li', { class: 'when' });
  const figures = new Map<string, HTMLElement>();
  list.replaceChildren(time, ...panel.series.map((series) => entry(series, figures, isShown, toggle)));
  return {
    tell: (current, instant) => {
      const step = stepAt(current, instant);
      time.textContent = step < 0 ? '' : moment(momentOf(current, step), zone);
      for (const series of current.series) {
        const place = figures.get(series.key);
        if (place) place.textContent = step < 0 ? '–' : figure(series.values[step], digitsFor(current));
      }
    },
  };
}

/** Return how many digits behind the point the values of a panel deserve. */
export function digitsFor(panel: Panel): number {
  let most = 0;
  for (const series of panel.series) for (const value of series.values) if (value !== null && Math.abs(value) > most) most = Math.abs(value);
  return most >= 100 ? 1 : most >= 1 ? 2 : 3;
}

function entry(
  series: Series, figures: Map<string, HTMLElement>, isShown: (key: string) => boolean, toggle: (key: string) => void,
): HTMLElement {
  const value = make('b', {}, '–');
  figures.set(series.key, value);
  const text = series.band ? `${series.name}, ${series.band}` : series.name;
  const button = make('button', { type: 'button', 'aria-pressed': String(isShown(series.key)), title: `Show or hide: ${text}` }, text, value);
  const shape = series.area ? 'M2 1h18v10H2z' : 'M1 8h7V4h6v4h7';
  const path = draw('path', { d: shape });
  if (series.colour) path.style[series.area ? 'fill' : 'stroke'] = `var(--${series.colour})`;
  button.prepend(draw('svg', { class: `mark ${series.area ? 'area' : series.role}`, 'aria-hidden': 'true' }, path));
  button.addEventListener('click', () => {
    toggle(series.key);
    button.setAttribute('aria-pressed', String(isShown(series.key)));
  });
  return make('li', {}, button);
}
