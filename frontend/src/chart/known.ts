// What was known at a time, out of all that became known over a while.

import type { ChartData, Panel, Series, Values } from './data';

interface Track { key: string; role: Series['role']; name: string; event: number[]; time: number[]; value: number[]; behind?: number[] }
export interface ReplayPanel { key: string; unit: string; start: number; step: number; size: number; tracks: Track[] }
export interface Replay { start: number; step: number; size: number; panels: ReplayPanel[] }

/** Return a chart as it was known at one of the times of a replay; panels that are not in it stay as they are. */
export function asKnown(replay: Replay, place: number, shown: ChartData, [start, end]: readonly [number, number]): ChartData {
  const panels = shown.panels.map((panel) => {
    const told = replay.panels.find(({ key }) => key === panel.key);
    return told ? panelAs(panel, told, place) : panel;
  });
  return { start, end, panels, last: null };
}

function panelAs(panel: Panel, told: ReplayPanel, place: number): Panel {
  const series = told.tracks.map((track): Series => ({
    key: track.key, role: track.role, name: track.name, values: valuesAt(track, told.size, place),
    ...(track.behind ? { behind: valuesAt({ ...track, value: track.behind }, told.size, place) } : {}),
  }));
  const { start, step, size } = told;
  const ghosts = panel.series.filter(({ role }) => role === 'earlier').map((ghost) => ({ ...ghost, values: onSteps(ghost.values, panel, told) }));
  return { ...panel, start, step, size, bucketed: false, series: [...series, ...ghosts] };
}

/** Return values on the steps of a replay; none if its steps are of another length. */
function onSteps(values: Values, from: Panel, { start, step, size }: ReplayPanel): Values {
  const first = (start - from.start) / from.step;
  return Array.from({ length: size }, (_, i) => (step === from.step && Number.isInteger(first) ? (values[first + i] ?? null) : null));
}

/** Return the values of a line that were known by then: of each step the one recorded last. */
export function valuesAt(track: { event: number[]; time: number[]; value: number[] }, size: number, place: number): Values {
  const values = Array<number | null>(size).fill(null);
  for (let i = 0; i < track.time.length && track.time[i]! <= place; i += 1) values[track.event[i]!] = track.value[i]!;
  return values;
}
