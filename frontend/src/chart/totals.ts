// The totals below a chart: of the visible window, as energy, as mean power or as money.

import { figure, one } from '../page';
import type { Frame } from './frame';
import { look } from './span';
import type { Sums, Total } from './sums';
import { sums } from './sums';

type Measure = keyof Total;

/** With fewer past steps that have both a measurement and a forecast, errors tell nothing. [%] */
const LEAST = 5;

/** Connect the totals of a chart, if it has any; return what keeps them in step. */
export function totals(chart: HTMLElement, frame: Frame): () => void {
  const place = chart.querySelector<HTMLElement>('.sums');
  if (!place) return () => undefined;
  const choices = [...chart.querySelectorAll<HTMLElement>('[data-totals]')];
  const asked = new URLSearchParams(location.search).get('totals') ?? '';
  let measure = (choices.some(({ dataset }) => dataset.totals === asked) && asked ? asked : 'energy') as Measure;
  const tell = () => {
    for (const choice of choices) choice.setAttribute('aria-pressed', String(choice.dataset.totals === measure));
    const found = frame.data && sums(frame.data, frame.window);
    if (found) write(place, found, measure, chart.dataset.currency ?? '');
  };
  for (const choice of choices) choice.addEventListener('click', () => {
    measure = choice.dataset.totals as Measure;
    look('totals', measure === 'energy' ? '' : measure);
    tell();
  });
  return tell;
}

function write(place: HTMLElement, found: Sums, measure: Measure, currency: string): void {
  const fine = found.unit === 'kW' ? 1 : 3;
  const unit = { energy: `${found.unit}h`, power: found.unit, money: currency }[measure];
  const digits = { energy: Math.min(fine, 2), power: fine, money: 2 }[measure];
  const said = (value: number | null, count: number, name: string) => (value === null ? '–' : `${figure(value, count)} ${name}`);
  const share = `${figure(found.coverage, 0)} %`;
  const tells = found.mae !== null && found.coverage >= LEAST;
  const texts: Record<string, string> = {
    realised: said(found.realised[measure], digits, unit),
    scheduled: said(found.scheduled[measure], digits, unit),
    earlier: said(found.earlier[measure], digits, unit),
    expected: said(found.expected[measure], digits, unit),
    money: said(found.realised.money, 2, currency),
    mae: tells ? said(found.mae, fine, found.unit) : '–',
    wape: tells ? said(found.wape, 1, '%') : '–',
    coverage: tells ? share : `not available: ${share} coverage`,
  };
  const earlier = one('[data-earlier]', place);
  earlier.hidden = !found.earlierName;
  one('dt', earlier).textContent = found.earlierName;
  for (const item of place.querySelectorAll<HTMLElement>('[data-sum]')) item.textContent = texts[item.dataset.sum!] ?? '–';
}
