// The page of one asset: its chart, and the sums of what is visible.

import 'uplot/dist/uPlot.min.css';
import './styles/chart.css';
import { buttons } from './chart/buttons';
import { Frame } from './chart/frame';
import { looks } from './chart/looks';
import { Replayer } from './chart/replay';
import { timebar } from './chart/timebar';
import { totals } from './chart/totals';
import { whenNew } from './live';
import { one } from './page';

const chart = one('.chart');
const name = one('h1').textContent.trim();
let sayWindow = (): void => undefined;
let tellTotals = (): void => undefined;
let fillTable = (): void => undefined;
let replayer: Replayer | undefined;

const frame = new Frame(chart, () => {
  sayWindow();
  tellTotals();
  fillTable();
  replayer?.follow();
});
sayWindow = timebar(one('.timebar'), frame);
tellTotals = totals(chart, frame);
fillTable = buttons(chart, frame, name);
looks(chart, frame);
replayer = new Replayer(chart, frame);

void document.fonts.load('12px "Inter Variable"').finally(() => {
  sayWindow();
  void frame.load().then(() => replayer?.begin()).then(() => document.documentElement.setAttribute('data-drawn', ''));
});
whenNew(['values'], () => (replayer?.isOpen ? undefined : frame.renew()));
