// The page of one asset: its chart, and the sums of what is visible.

import 'uplot/dist/uPlot.min.css';
import './styles/chart.css';
import { Frame } from './chart/frame';
import { savePicture } from './chart/picture';
import { sums } from './chart/sums';
import { timebar } from './chart/timebar';
import { tabulate } from './chart/values';
import { figure, one, repeatedly } from './page';
import { iso, moment } from './time';

const chart = one('.chart');
const name = one('h1').textContent.trim();
const table = one('.values', chart);
const tableButton = one('[data-table]', chart);
let sayWindow = (): void => undefined;

const frame = new Frame(chart, () => {
  sayWindow();
  tellSums();
  if (!table.hidden) fillTable();
});
sayWindow = timebar(one('.timebar'), frame);

function fillTable(): void {
  if (frame.data) tabulate(table, frame.data, frame.window, frame.zone);
}

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

tableButton.addEventListener('click', () => {
  table.hidden = !table.hidden;
  tableButton.setAttribute('aria-expanded', String(!table.hidden));
  if (!table.hidden) fillTable();
});

one('[data-picture]', chart).addEventListener('click', () => {
  const [start, end] = frame.window;
  savePicture(name, `${moment(start, frame.zone)} – ${moment(end, frame.zone)} · ${frame.zone}`, frame.panels, `${name}.png`);
});

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
repeatedly(Number(chart.dataset.poll ?? '5'), () => void frame.renew());
