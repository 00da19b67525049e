// What the pages of the other entrants share: where charts stand, when they are told of news, and
// the marks `bench-data` and `bench-drawn`. As in Pulseboard's own page, news are drawn once an
// animation frame. Unlike there, no server and no parsing: values are made in the page.
import { Feed, readSetup } from '../feed.js';

export const setup = readSetup(location.search);
export const COLORS = ['#1f5fd6', '#b8540b', '#0f7a4d', '#8a3fc2', '#c22f57'];
/** Width of lines in CSS pixels, which is what the peers ask for. */
export const LINE = setup.line / devicePixelRatio;

/** Frames with empty charts before the data comes. */
const EMPTY_FRAMES = 10;

/**
 * Runs the page. `entrant.create(cell)` makes an empty chart; `entrant.push(chart, t, values)` adds
 * a point and `entrant.shift(chart)` takes the oldest away, both only in arrays; `entrant.draw(chart)`
 * shows them, and may leave that to a microtask.
 */
export async function run(entrant) {
  const main = document.body.appendChild(document.createElement('main'));
  main.style = `display:grid;grid-template-columns:repeat(auto-fill,${setup.width + 14}px);gap:8px;padding:8px`;
  const charts = Array.from({ length: setup.charts }, (_, c) => {
    const article = main.appendChild(document.createElement('article'));
    article.style = `box-sizing:border-box;padding:52px 7px 6px;height:${setup.height + 58}px`;
    article.dataset.widget = `c${c}`;
    return entrant.create(article);
  });
  for (let i = 0; i < EMPTY_FRAMES; i++) await new Promise(requestAnimationFrame);

  const feed = new Feed(setup, Math.floor(Date.now() / 100) * 100);
  for (let i = 0; i < setup.points; i++) {
    feed.step((c, t, values) => entrant.push(charts[c], t, values));
  }
  await new Promise(requestAnimationFrame);
  performance.mark('bench-data');
  charts.forEach(entrant.draw);
  // uPlot draws in a microtask that was queued before this one.
  await null;
  for (const canvas of document.querySelectorAll('canvas')) {
    canvas.getContext('2d').getImageData(0, 0, 1, 1);
  }
  performance.mark('bench-drawn');
  document.body.dataset.ready = '1';
  if (setup.hz === 0) return;

  let asked = false;
  setInterval(() => {
    feed.step((c, t, values) => {
      entrant.shift(charts[c]);
      entrant.push(charts[c], t, values);
    });
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      charts.forEach(entrant.draw);
    });
  }, feed.stepMs);
}
