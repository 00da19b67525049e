// What all entrants draw: random walks on sines. The same set-up gives the same values, here and
// in app/src/bench/feed.rs; `node feed.js` prints the first ones, which a test there compares.

/** The query of an address, as app/src/bench/setup.rs reads it; only valid ones are given here. */
export function readSetup(query) {
  const usual = { charts: 20, points: 600, series: 3, hz: 10, line: 1, width: 400, height: 200 };
  const pairs = [...new URLSearchParams(query)].map(([key, value]) => [key, Number(value)]);
  return { ...usual, ...Object.fromEntries(pairs) };
}

/** A function that gives the next value of one series at each call. */
export function walk(seed) {
  let state = seed >>> 0;
  let level = 0;
  let steps = 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    level = level * 0.98 + (state / 4_294_967_296 - 0.5) * 8;
    const sine = Math.sin(steps++ / 40 + seed);
    return Math.round((50 + 20 * sine + level) * 1000) / 1000;
  };
}

/** The feed of a set-up: times in ms, and the values of every series of every chart. */
export class Feed {
  constructor(setup, endMs) {
    this.setup = setup;
    this.stepMs = 1000 / Math.max(setup.hz, 1);
    this.t = endMs - setup.points * this.stepMs;
    this.walks = Array.from({ length: setup.charts }, (_, c) =>
      Array.from({ length: setup.series }, (_, s) => walk(c * 31 + s * 7 + 1)),
    );
  }

  /** One step: `take(chart, t, values)` for each chart. */
  step(take) {
    this.t += this.stepMs;
    this.walks.forEach((walks, chart) => take(chart, this.t, walks.map((next) => next())));
  }
}

if (globalThis.process?.argv[1]?.endsWith('feed.js')) {
  for (const seed of [1, 603]) {
    const next = walk(seed);
    console.log(seed, Array.from({ length: 8 }, () => next()).join(', '));
  }
}
