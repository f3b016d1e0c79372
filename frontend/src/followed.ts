// A chart with parts around it that follow its window: how portfolio and analytics work.

import 'uplot/dist/uPlot.min.css';
import './styles/chart.css';
import './styles/followed.css';
import { buttons } from './chart/buttons';
import { following } from './chart/following';
import { Frame } from './chart/frame';
import { Replayer } from './chart/replay';
import { timebar } from './chart/timebar';
import { whenNew } from './live';
import { one } from './page';

/** Start the chart of the page; tell when anything of it changes. */
export function start(name: string, onChange: () => void = () => undefined): { frame: Frame; renew: () => Promise<void> } {
  const chart = one('.chart');
  let tell: (() => void)[] = [];
  const parts = following(chart, () => frame);
  const frame: Frame = new Frame(chart, () => tell.forEach((each) => each()));
  const replayer = chart.dataset.replay ? new Replayer(chart, frame) : undefined;
  parts.begin();
  const sayWindow = timebar(one('.timebar'), frame);
  tell = [sayWindow, buttons(chart, frame, name), parts.settle, () => replayer?.follow(), onChange];
  void document.fonts.load('12px "Inter Variable"').finally(() => {
    sayWindow();
    void frame.load().then(() => replayer?.begin()).then(() => document.documentElement.setAttribute('data-drawn', ''));
  });
  whenNew(['values'], () => (replayer?.isOpen ? undefined : Promise.all([frame.renew(), parts.renew()])));
  return { frame, renew: parts.renew };
}
