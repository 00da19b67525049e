// Chart.js by its own page on performance: no animation, data in its internal format (`parsing`),
// sorted and unique (`normalized`), labels that are not rotated, spanned gaps, straight lines, no
// points. Its decimation is off, as it comes.
import { COLORS, LINE, run, setup } from './page.js';

Chart.defaults.animation = false;

run({
  create(cell) {
    const canvas = cell.appendChild(document.createElement('canvas'));
    Object.assign(canvas, { width: setup.width, height: setup.height });
    const datasets = Array.from({ length: setup.series }, (_, s) => ({
      data: [],
      borderColor: COLORS[s % COLORS.length],
      borderWidth: LINE,
      pointRadius: 0,
      spanGaps: true,
    }));
    const level = { ticks: { minRotation: 0, maxRotation: 0 } };
    return new Chart(canvas, {
      type: 'line',
      data: { datasets },
      options: {
        responsive: false,
        animation: false,
        parsing: false,
        normalized: true,
        events: [],
        plugins: { legend: { display: false }, tooltip: { enabled: false } },
        scales: { x: { type: 'linear', ...level }, y: level },
      },
    });
  },
  push(chart, t, values) {
    values.forEach((y, s) => chart.data.datasets[s].data.push({ x: t, y }));
  },
  shift(chart) {
    chart.data.datasets.forEach(({ data }) => data.shift());
  },
  draw(chart) {
    // The axis is as long as the data; without this it is rounded to whole ticks.
    const { data } = chart.data.datasets[0];
    Object.assign(chart.options.scales.x, { min: data[0]?.x, max: data.at(-1)?.x });
    chart.update('none');
  },
});
