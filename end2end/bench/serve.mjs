// The two servers that entrants come from: the pages of the peers, and `pulseboard` itself.
// Invariant: both listen on the loopback, and neither outlives the run.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createProbe } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const READY_WITHIN_MS = 20_000;

const PAGES = {
  '/uplot': ['/node_modules/uplot/dist/uPlot.iife.min.js', '/peers/uplot.js', '/node_modules/uplot/dist/uPlot.min.css'],
  '/chartjs': ['/node_modules/chart.js/dist/chart.umd.min.js', '/peers/chartjs.js'],
};
const TYPES = { js: 'text/javascript', css: 'text/css' };
const FILES = ['/feed.js', '/peers/page.js', ...Object.values(PAGES).flat()];

/** Serves the pages of the peers; gives the address and what ends it. */
export async function servePeers() {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    if (path in PAGES) {
      response.setHeader('content-type', 'text/html');
      response.end(page(...PAGES[path]));
    } else if (FILES.includes(path)) {
      response.setHeader('content-type', TYPES[path.split('.').at(-1)]);
      response.end(await readFile(join(here, path)));
    } else {
      response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
    }
  });
  await new Promise((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((done) => server.close(done) && server.closeAllConnections()),
  };
}

/** Starts the server that the command has built; gives the address and what ends it. */
export async function servePulseboard() {
  const program = process.env.PULSEBOARD_BIN ?? join(root, 'target/bench/pulseboard');
  const site = process.env.LEPTOS_SITE_ROOT ?? join(root, 'target/bench/site');
  const data = await mkdtemp(join(tmpdir(), 'pulseboard-bench-'));
  const port = await freePort();
  const child = spawn(program, [], {
    cwd: root,
    env: {
      ...process.env,
      PULSEBOARD_ADDR: `127.0.0.1:${port}`,
      PULSEBOARD_DATA_DIR: data,
      LEPTOS_SITE_ROOT: site,
      RUST_LOG: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((done) => child.once('close', done).once('error', done));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  const until = performance.now() + READY_WITHIN_MS;
  while (!(await fetch(`${url}/health/ready`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null || performance.now() > until) {
      await stop();
      throw new Error(`${program} did not become ready`);
    }
    await new Promise((wake) => setTimeout(wake, 25));
  }
  return { url, stop };
}

function page(library, script, style) {
  const link = style ? `<link rel="stylesheet" href="${style}">` : '';
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>bench</title>${link}
<script src="${library}"></script></head><body style="margin:0"><script type="module" src="${script}"></script></body></html>`;
}

async function freePort() {
  const probe = createProbe();
  await new Promise((done, fail) => probe.once('error', fail).listen(0, '127.0.0.1', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}
