// The page of one asset: its chart, and the sums of what is visible.

import 'uplot/dist/uPlot.min.css';
import './styles/chart.css';
import { buttons } from './chart/buttons';
import { Frame } from './chart/frame';
import { looks } from './chart/looks';
import { Replayer } from './chart/replay';
import { sums } from './chart/sums';
import { timebar } from './chart/timebar';
import { whenNew } from './live';
import { figure, one } from './page';

const chart = one('.chart');
const name = one('h1').textContent.trim();
let sayWindow = (): void => undefined;
let fillTable = (): void => undefined;
let replayer: Replayer | undefined;

const frame = new Frame(chart, () => {
  sayWindow();
  tellSums();
  fillTable();
  replayer?.follow();
});
sayWindow = timebar(one('.timebar'), frame);
fillTable = buttons(chart, frame, name);
looks(chart, frame);
replayer = new Replayer(chart, frame);

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
    earlier: energy(found.earlier),
    money: found.money === null ? '–' : `${figure(found.money, 2)} ${chart.dataset.currency ?? ''}`,
    expected: energy(found.expected),
    mae: found.mae === null ? '–' : `${figure(found.mae, digits)} ${found.unit.slice(0, -1)}`,
    wape: found.wape === null ? '–' : `${figure(found.wape, 1)} %`,
  };
  const earlier = one('[data-earlier]', place);
  earlier.hidden = !found.earlierName;
  one('dt', earlier).textContent = found.earlierName;
  for (const item of place.querySelectorAll<HTMLElement>('[data-sum]')) {
    item.textContent = texts[item.dataset.sum!] ?? '–';
    item.title = item.textContent === '–' ? none : '';
  }
}

void document.fonts.load('12px "Inter Variable"').finally(() => {
  sayWindow();
  void frame.load().then(() => replayer?.begin()).then(() => document.documentElement.setAttribute('data-drawn', ''));
});
whenNew(['values'], () => (replayer?.isOpen ? undefined : frame.renew()));
