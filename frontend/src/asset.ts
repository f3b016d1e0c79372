// The page of one asset: its chart, and the sums of what is visible.

import 'uplot/dist/uPlot.min.css';
import './styles/chart.css';
import { buttons } from './chart/buttons';
import { Frame } from './chart/frame';
import { sums } from './chart/sums';
import { timebar } from './chart/timebar';
import { whenNew } from './live';
import { figure, one } from './page';
import { iso } from './time';

const chart = one('.chart');
const name = one('h1').textContent.trim();
let sayWindow = (): void => undefined;
let fillTable = (): void => undefined;

const frame = new Frame(chart, () => {
  sayWindow();
  tellSums();
  fillTable();
});
sayWindow = timebar(one('.timebar'), frame);
fillTable = buttons(chart, frame, name);

function tellSums(): void {
  const place = chart.querySelector<HTMLElement>('.sums');
  const found = frame.data && sums(frame.data, frame.window);
  if (!place || !found) return;
  const none = found.coverage > 0 ? '' : 'no measurement meets a forecast here';
  const digits = found.unit === 'kWh' ? 1 : 3;
  const energy = (value: number | null) => (value === null ? '–' : `${figure(value, digits - (digits > 1 ? 1 : 0))} ${found.unit}`);
  const texts: Record<string, string> = {
    realised: energy(found.realised),
    scheduled: energy(found.scheduled),
    money: found.money === null ? '–' : `${figure(found.money, 2)} ${chart.dataset.currency ?? ''}`,
    expected: energy(found.expected),
    mae: found.mae === null ? '–' : `${figure(found.mae, digits)} ${found.unit.slice(0, -1)}`,
    wape: found.wape === null ? '–' : `${figure(found.wape, 1)} %`,
  };
  for (const item of place.querySelectorAll<HTMLElement>('[data-sum]')) {
    item.textContent = texts[item.dataset.sum!] ?? '–';
    item.title = item.textContent === '–' ? none : '';
  }
}

one<HTMLAnchorElement>('[data-file]', chart).addEventListener('click', (event) => {
  const link = event.currentTarget as HTMLAnchorElement;
  const address = new URL(link.href);
  const [start, end] = frame.window;
  address.searchParams.set('start', iso(start, frame.zone));
  address.searchParams.set('end', iso(end, frame.zone));
  link.href = address.href;
});

void document.fonts.load('12px "Inter Variable"').finally(() => {
  sayWindow();
  void frame.load().then(() => document.documentElement.setAttribute('data-drawn', ''));
});
whenNew(['values'], () => frame.renew());
