// What a pin tells: the latest state, the last day as a line, and the way to the asset.

import type { ChartData, Values } from '../chart/data';
import { Reader } from '../chart/data';
import { draw, make, now } from '../page';
import type { Place } from './places';

const DAY = 86_400;
const [WIDE, HIGH] = [210, 44];

/** Return the content of a popup; the line is drawn when its values have come. */
export function popup(place: Place): HTMLElement {
  const spark = draw('svg', { class: 'spark', viewBox: `0 0 ${WIDE} ${HIGH}`, role: 'img', 'aria-label': 'Power of the last 24 hours' });
  const state = make('p', {}, make('span', { class: `dot ${place.freshness}`, 'aria-hidden': 'true' }), place.state);
  const links = [make('a', { href: place.url }, 'Open')];
  if (document.querySelector('[data-analysed]')) links.push(make('a', { href: place.analysis }, 'Analyse'));
  void line(place, spark);
  const coming = place.coming ? [make('p', { class: 'ahead' }, 'A schedule will change what it does')] : [];
  return make('div', {}, make('strong', {}, place.name), make('p', { class: 'note' }, place.type), state, ...coming, spark, make('p', { class: 'ways' }, ...links));
}

async function line(place: Place, spark: SVGElement): Promise<void> {
  const end = Math.ceil(now() / 900) * 900;
  try {
    const data = await new Reader(place.data).read(end - DAY, end, WIDE / 4);
    const values = data?.panels[0]?.series.find(({ role }) => role === 'measured')?.values;
    if (values && data) trace(spark, values, data);
  } catch {
    spark.remove();
  }
}

function trace(spark: SVGElement, values: Values, data: ChartData): void {
  const panel = data.panels[0]!;
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  const y = (value: number) => (HIGH - 3 - ((value - low) / (high - low || 1)) * (HIGH - 6)).toFixed(1);
  const x = (step: number) => (((panel.start + step * panel.step - data.start) / (data.end - data.start)) * WIDE).toFixed(1);
  const path = values.map((value, i) => {
    if (value === null) return '';
    const before = values[i - 1];
    return `${before === null || before === undefined ? 'M' : 'L'}${x(i)} ${y(value)}H${x(i + 1)}`;
  });
  spark.replaceChildren(draw('line', { x1: '0', x2: String(WIDE), y1: y(0), y2: y(0) }), draw('path', { d: path.join('') }));
}
