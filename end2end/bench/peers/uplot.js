// uPlot as its live demos use it: arrays kept by column and shifted in place, `setData` for each
// update, and switched off what nobody asked for (cursor, legend, points).
import { COLORS, LINE, run, setup } from './page.js';

const series = Array.from({ length: setup.series }, (_, s) => ({
  label: String(s),
  stroke: COLORS[s % COLORS.length],
  width: LINE,
  points: { show: false },
}));

run({
  create(cell) {
    const data = [[], ...series.map(() => [])];
    const { width, height } = setup;
    const options = { width, height, series: [{}, ...series], legend: { show: false }, cursor: { show: false } };
    return { data, plot: new uPlot(options, data, cell) };
  },
  push({ data }, t, values) {
    data[0].push(t / 1000);
    values.forEach((value, s) => data[s + 1].push(value));
  },
  shift({ data }) {
    data.forEach((column) => column.shift());
  },
  draw({ plot, data }) {
    plot.setData(data);
  },
});
