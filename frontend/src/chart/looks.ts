// How the values are looked at: forecasts of a horizon, and an earlier period beside them. The address says so.

import type { Frame } from './frame';
import { look } from './span';

/** Connect the choices above a chart with its frame. */
export function looks(chart: HTMLElement, frame: Frame): void {
  const choices = [...chart.querySelectorAll<HTMLSelectElement>('[data-look]')];
  const mark = () => {
    const query = new URLSearchParams(location.search);
    for (const choice of choices) choice.value = query.get(choice.dataset.look!) ?? '';
  };
  mark();
  window.addEventListener('popstate', mark);
  for (const choice of choices) choice.addEventListener('change', () => {
    look(choice.dataset.look!, choice.value);
    void frame.load();
  });
}
