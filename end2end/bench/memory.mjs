// Memory of the tab while the dashboard runs.

const EVERY_S = 30;

/** Prints a line every half a minute: JavaScript's heap, the WASM memory, nodes and listeners. */
export async function watchMemory(page, seconds, print) {
  const cdp = await page.context().newCDPSession(page);
  const end = performance.now() + seconds * 1000;
  for (let at = 0; performance.now() < end; at += EVERY_S) {
    await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
    print({ scenario: 'memory', at_s: at, heap_kb: kb(usedSize), nodes, listeners: jsEventListeners });
    await page.waitForTimeout(EVERY_S * 1000);
  }
}

function kb(bytes) {
  return Math.round(bytes / 1024);
}
