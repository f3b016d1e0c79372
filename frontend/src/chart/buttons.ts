// What every chart offers below it: a table and a picture of what is visible.

import { one } from '../page';
import { iso, moment } from '../time';
import type { Frame } from './frame';
import { saveDrawing } from './drawing';
import { savePicture } from './picture';
import { tabulate } from './values';

/** Connect the buttons below a chart; return what keeps the table in step. */
export function buttons(chart: HTMLElement, frame: Frame, name: string): () => void {
  const table = one('.values', chart);
  const opener = one('[data-table]', chart);
  const fill = () => { if (frame.data && !table.hidden) tabulate(table, frame.data, frame.window, frame.zone); };
  opener.addEventListener('click', () => {
    table.hidden = !table.hidden;
    opener.setAttribute('aria-expanded', String(!table.hidden));
    fill();
  });
  const file = chart.querySelector<HTMLAnchorElement>('[data-file]');
  file?.addEventListener('click', () => {
    const query = new URLSearchParams(location.search);
    query.set('start', iso(frame.window[0], frame.zone));
    query.set('end', iso(frame.window[1], frame.zone));
    file.href = `${file.pathname}?${query}`;
  });
  const window = () => `${moment(frame.window[0], frame.zone)} – ${moment(frame.window[1], frame.zone)} · ${frame.zone}`;
  one('[data-picture]', chart).addEventListener('click', () => savePicture(name, window(), frame.panels, `${name}.png`));
  one('[data-drawing]', chart).addEventListener('click', () => saveDrawing(name, window(), frame.panels, `${name}.svg`));
  return fill;
}
