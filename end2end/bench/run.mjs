// `cargo xtask bench page` builds the server and calls this: all entrants in one Chromium, one after
// the other in several rounds, and one JSON line for each scenario and entrant with the medians.
//
//   --scenario=dashboard,wide,cold   only these
//   --entrants=pulseboard,uplot      only these
//   --rounds=3 --seconds=10 --warm=5
//   --memory[=600]                   instead of all that: memory of the tab over so many seconds
import { loadavg } from 'node:os';
import { chromium } from '@playwright/test';
import { threads, used } from './cpu.mjs';
import { watchMemory } from './memory.mjs';
import { servePeers, servePulseboard } from './serve.mjs';

const options = Object.fromEntries(
  process.argv.slice(2).map((arg) => {
    const [key, value = ''] = arg.replace(/^--/, '').split('=');
    return [key, value];
  }),
);
const ROUNDS = Number(options.rounds ?? 3);
const SECONDS = Number(options.seconds ?? 10);
const WARM_S = Number(options.warm ?? 5);
const COLD_RUNS = 7;
/** All charts of the dashboard are on the screen. */
const VIEWPORT = { width: 1800, height: 1400 };

const dashboard = 'charts=20&points=600&series=3&hz=10';
const SCENARIOS = [
  { scenario: 'dashboard', dpr: 1, line: 1, query: dashboard },
  { scenario: 'dashboard', dpr: 1, line: 2, query: dashboard },
  { scenario: 'dashboard', dpr: 2, line: 2, query: dashboard },
  { scenario: 'wide', dpr: 1, line: 1, query: 'charts=1&points=3600&series=10&hz=10&width=1200&height=400' },
  { scenario: 'cold', dpr: 1, line: 1, query: 'charts=1&points=55550&series=3&hz=0' },
];
const ENTRANTS = ['pulseboard', 'uplot', 'chartjs'];

const chosen = (list, name) => !list || list.split(',').includes(name);
const peers = await servePeers();
const pulseboard = await servePulseboard();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || undefined,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-component-update',
    '--disable-background-networking', '--disable-sync', '--enable-precise-memory-info',
  ],
});
const control = await browser.newBrowserCDPSession();
try {
  if ('memory' in options) {
    const page = await open('pulseboard', SCENARIOS[0]);
    await watchMemory(page, Number(options.memory || 600), print);
  } else {
    for (const scenario of SCENARIOS) {
      if (chosen(options.scenario, scenario.scenario)) await compare(scenario);
    }
  }
} finally {
  await browser.close();
  await pulseboard.stop();
  await peers.stop();
}

/** All entrants in a scenario, in rounds, so that what else the machine does meets all of them. */
async function compare(scenario) {
  const cold = scenario.scenario === 'cold';
  const entrants = ENTRANTS.filter((name) => chosen(options.entrants, name));
  const results = new Map(entrants.map((name) => [name, []]));
  for (let round = 0; round < (cold ? COLD_RUNS : ROUNDS); round++) {
    for (const name of entrants) {
      results.get(name).push(await (cold ? firstDraw : steady)(name, scenario));
    }
  }
  const { query, ...named } = scenario;
  const key = cold ? 'draw_ms' : 'main_ms_per_s';
  const peer = results.has('uplot') ? median(results.get('uplot').map((r) => r[key])) : undefined;
  for (const [entrant, rounds] of results) {
    const figures = {};
    for (const name of Object.keys(rounds[0])) figures[name] = round1(median(rounds.map((r) => r[name])));
    if (cold) figures.best_ms = round1(Math.min(...rounds.map((r) => r[key])));
    const each = rounds.map((r) => round1(r[key]));
    const ratio = peer && Math.round((median(rounds.map((r) => r[key])) / peer) * 1000) / 1000;
    print({ ...named, query, entrant, ...figures, of_uplot: ratio, rounds: each, load: round1(loadavg()[0]) });
  }
}

/** A page that moves: CPU in ms for each second of wall. */
async function steady(name, scenario) {
  const page = await open(name, scenario);
  await page.waitForTimeout(WARM_S * 1000);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const look = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    const { processInfo } = await control.send('SystemInfo.getProcessInfo');
    const tasks = metrics.find(({ name }) => name === 'TaskDuration').value;
    return { tasks, processInfo, threads: threads(processInfo.map(({ id }) => id)), at: performance.now() };
  };
  const before = await look();
  await page.waitForTimeout(SECONDS * 1000);
  const after = await look();
  const seconds = (after.at - before.at) / 1000;
  const cpu = used(before.threads, after.threads, after.processInfo, seconds);
  await close(page);
  return {
    main_ms_per_s: cpu.main,
    tasks_ms_per_s: ((after.tasks - before.tasks) * 1000) / seconds,
    renderer_ms_per_s: cpu.renderer,
    total_ms_per_s: cpu.browser,
  };
}

/** Milliseconds from data in memory to a complete picture. */
async function firstDraw(name, scenario) {
  const page = await open(name, scenario);
  const draw_ms = await page.evaluate(() => {
    const at = (name) => performance.getEntriesByName(name)[0].startTime;
    return at('bench-drawn') - at('bench-data');
  });
  await close(page);
  return { draw_ms };
}

/** A fresh page in a context of its own, when its first picture is complete. */
async function open(name, { dpr, line, query }) {
  const context = await browser.newContext({ viewport: VIEWPORT, deviceScaleFactor: dpr });
  const page = await context.newPage();
  const fail = (why) => {
    console.error(`${name}: ${why}`);
    process.exitCode = 1;
  };
  page.on('console', (message) => message.type() === 'error' && fail(message.text()));
  page.on('pageerror', (error) => fail(error.stack));
  const base = name === 'pulseboard' ? `${pulseboard.url}/bench` : `${peers.url}/${name}`;
  await page.goto(`${base}?${query}&line=${line}`);
  await page.waitForSelector('body[data-ready]', { timeout: 60_000, state: 'attached' });
  if (options.shots) await page.screenshot({ path: `${options.shots}/${name}-${dpr}-${line}-${query}.png` });
  return page;
}

async function close(page) {
  await page.context().close();
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function round1(value) {
  return Math.round(value * 10) / 10;
}

function print(line) {
  console.log(JSON.stringify(line));
}
