// The same values as a table, for eyes and ears that prefer one.

import { figure, make } from '../page';
import { moment } from '../time';
import type { ChartData } from './data';
import { isPointwise, momentOf, stepAt } from './data';
import { digitsFor } from './legend';
import type { Span } from './span';

const MOST = 400;

/** Fill an element with a table of the visible window. */
export function tabulate(place: HTMLElement, data: ChartData, [start, end]: Span, zone: string): void {
  const lead = data.panels[0];
  if (!lead) return;
  const every = Array.from({ length: lead.size }, (_, i) => i);
  const known = isPointwise(lead) ? every.filter((i) => lead.series.some(({ values }) => values[i] != null)) : every;
  const starts = known.map((i) => momentOf(lead, i)).filter((x) => x >= start && x < end);
  const columns = data.panels.flatMap((panel) => panel.series.map((series) => ({ panel, series, digits: digitsFor(panel) })));
  const head = make('tr', {}, make('th', { scope: 'col' }, `Start, ${zone}`), ...columns.map(({ panel, series }) =>
    make('th', { scope: 'col', class: 'number' }, `${panel.title}: ${series.name} (${panel.unit})`)));
  const rows = starts.slice(0, MOST).map((instant) => make('tr', {}, make('th', { scope: 'row' }, moment(instant, zone)),
    ...columns.map(({ panel, series, digits }) => {
      const step = stepAt(panel, instant);
      return make('td', { class: 'number' }, figure(step < 0 ? null : series.values[step], digits));
    })));
  const more = starts.length > MOST ? ` The first ${MOST} of ${starts.length} rows; the file has them all.` : '';
  place.replaceChildren(make('table', {},
    make('caption', {}, `Values in the visible window.${more}`), make('thead', {}, head), make('tbody', {}, ...rows)));
}
