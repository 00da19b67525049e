// CPU time of the browser's threads, by the operating system's accounting: the browser's own
// figures leave canvas raster out. Linux only.
import { readFileSync, readdirSync } from 'node:fs';

/** Nanoseconds that each thread of these processes has run, by `pid/tid`. */
export function threads(pids) {
  const found = new Map();
  for (const pid of pids) {
    for (const tid of list(`/proc/${pid}/task`)) {
      const text = read(`/proc/${pid}/task/${tid}/schedstat`);
      if (text) found.set(`${pid}/${tid}`, Number(text.split(' ')[0]));
    }
  }
  return found;
}

/**
 * What ran between two looks `seconds` apart, in ms for each second: the busiest main thread of a
 * renderer, all threads of that renderer, and every process of the browser. A page has one
 * renderer; others wait to be used, and idle.
 */
export function used(before, after, processes, seconds) {
  const ms = (pick) => {
    let ns = 0;
    for (const [key, now] of after) if (pick(...key.split('/'))) ns += now - (before.get(key) ?? 0);
    return ns / 1e6 / seconds;
  };
  const renderers = processes.filter(({ type }) => type === 'renderer').map(({ id }) => String(id));
  const mains = renderers.map((pid) => [ms((p, t) => p === pid && t === pid), pid]);
  const [main, pid] = mains.sort(([a], [b]) => b - a)[0];
  return { main, renderer: ms((p) => p === pid), browser: ms(() => true), pid: Number(pid) };
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A thread may end between being listed and being read. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
