// A chart with parts around it that follow its window: how portfolio and analytics work.

import 'uplot/dist/uPlot.min.css';
import './styles/chart.css';
import { buttons } from './chart/buttons';
import { following } from './chart/following';
import { Frame } from './chart/frame';
import { timebar } from './chart/timebar';
import { whenNew } from './live';
import { one } from './page';

/** Start the chart of the page. */
export function start(name: string): Frame {
  const chart = one('.chart');
  let tell: (() => void)[] = [];
  const parts = following(chart, () => frame);
  const frame: Frame = new Frame(chart, () => tell.forEach((each) => each()));
  parts.begin();
  const sayWindow = timebar(one('.timebar'), frame);
  tell = [sayWindow, buttons(chart, frame, name), parts.settle];
  void document.fonts.load('12px "Inter Variable"').finally(() => {
    sayWindow();
    void frame.load().then(() => document.documentElement.setAttribute('data-drawn', ''));
  });
  whenNew(['values'], () => Promise.all([frame.renew(), parts.renew()]));
  return frame;
}
