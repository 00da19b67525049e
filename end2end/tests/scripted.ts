// A stream that says what a test gives it, in place of the server's: the same flushes at the same times,
// whatever the machine does.
import type { Page } from '@playwright/test';

/** A flush each tenth of a second, from this time on. */
export const EVERY_MS = 100;
export const BEGIN_MS = 1_790_000_000_000;

/** A series as the stream's hello has it. */
export type Series = { id: number; metric: string; tags?: Record<string, string> };

/** Pages that open from now on have a stream that says hello, and then what [`feed`] gives it; of what was
 *  before it, there is nothing. */
export async function script(page: Page, series: Series[]): Promise<void> {
  const hello = JSON.stringify({ now_ms: BEGIN_MS, seq: 0, live_from_ms: BEGIN_MS, flush_ms: EVERY_MS, series });
  await page.addInitScript((hello) => {
    class Scripted extends EventTarget {
      readyState = 1;
      constructor(readonly url: string) {
        super();
        Object.assign(window, { scripted: this });
        setTimeout(() => this.send('hello', hello, '0'));
      }
      send(event: string, data: string, lastEventId: string): void {
        this.dispatchEvent(new MessageEvent(event, { data, lastEventId }));
      }
      close(): void {
        this.readyState = 2;
      }
    }
    Object.assign(window, { EventSource: Scripted });
  }, hello);
  const past = { from: BEGIN_MS - 3_600_000, to: BEGIN_MS, step_ms: 1_000 };
  const nothing = { ...past, covered: [[past.from, past.to]], metrics: [], rejected: [], rest: [] };
  await page.route('**/api/history/columns?*', (route) => route.fulfill({ json: nothing }));
}

/** Sends frames; each is painted before the next one comes. */
export async function feed(page: Page, frames: string[]): Promise<void> {
  await page.evaluate(async (frames) => {
    const { scripted } = window as unknown as { scripted: { send(event: string, data: string, id: string): void } };
    const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    for (const frame of frames) {
      scripted.send('frame', frame, String(JSON.parse(frame).seq));
      await painted();
    }
  }, frames);
}
