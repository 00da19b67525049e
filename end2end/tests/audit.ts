// What is wrong with how a page is laid out now: what scrolls sideways, texts that are cut without saying
// so, that lie over each other or beyond the edge, or are too small to be read.
import { expect, type Page } from '@playwright/test';

/** Faults of what is shown now, in words; none on a page that is laid out well. */
export function faults(page: Page): Promise<string[]> {
  return page.evaluate(look);
}

/** Waits until the page is laid out well; fails with what is wrong. */
export async function laidOut(page: Page, what: string): Promise<void> {
  await expect.poll(() => faults(page), { message: what, timeout: 8_000 }).toEqual([]);
}

/** Text as large as people have it who chose that in their browser, in percent. */
export async function textSize(page: Page, percent: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setFontSizes', { fontSizes: { standard: (16 * percent) / 100, fixed: (13 * percent) / 100 } });
}

/** Runs in the page. */
function look(): string[] {
  const found = new Set<string>();
  const [width, height] = [document.documentElement.clientWidth, innerHeight];
  const wide = document.documentElement.scrollWidth;
  if (wide > width) found.add(`the page is ${wide} px wide`);
  const named = (element: Element) => {
    const own = typeof element.className === 'string' && element.className ? `.${element.className.trim().replaceAll(/\s+/g, '.')}` : '';
    const widget = element.closest('[data-widget]')?.getAttribute('data-widget');
    return element.localName + own + (widget ? ` of ${widget}` : '');
  };
  const scrolls = (style: CSSStyleDeclaration) => /auto|scroll/.test(style.overflowX + style.overflowY);
  const clips = (style: CSSStyleDeclaration) => style.overflowX !== 'visible' || style.overflowY !== 'visible';
  // Over a modal dialog nothing else counts.
  const modal = [...document.querySelectorAll('dialog')].find((dialog) => dialog.matches(':modal'));
  const layer = (element: Element) => element.closest('dialog, [popover], .menu, [role="menu"], .tooltip, .summary, .bar, .toast, .panel, .catalogue, .newer');
  const texts: { element: Element; words: string; rects: DOMRect[] }[] = [];
  const walker = document.createTreeWalker(modal ?? document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement!;
    const words = node.textContent!.trim();
    if (!words || element.closest('svg, script, style, noscript, .unseen, option')) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    let rects = [...range.getClientRects()].filter((rect) => rect.width > 2);
    const says = `“${words.slice(0, 30)}” in ${named(element)}`;
    let isScrolled = false;
    for (let around: Element | null = element; around && around !== document.body; around = around.parentElement) {
      const style = getComputedStyle(around);
      const isFixed = style.position === 'fixed';
      if (!clips(style)) {
        if (isFixed) break;
        continue;
      }
      const box = around.getBoundingClientRect();
      if (scrolls(style)) {
        isScrolled = true;
        // What begins before a box is not reached by scrolling it.
        if (rects.some((rect) => rect.left + around!.scrollLeft < box.left - 1.5)) found.add(`${says} begins before what it stands in`);
        rects = rects.filter((rect) => rect.bottom <= box.bottom + 1 && rect.top >= box.top - 1);
        break;
      }
      // Lines below the end of a box that shows so many of them are not cut: they are not there.
      rects = rects.filter((rect) => rect.top < box.bottom - 2 && rect.bottom > box.top + 2);
      for (const rect of rects) {
        const over = Math.max(rect.right - box.right, box.left - rect.left);
        // A name says enough in part; a number or a time is wrong then.
        const isNumber = /^[\d\s.,:−-]*\d[\d\s.,:−-]*$/.test(words);
        if (over > 1.5 && (style.textOverflow !== 'ellipsis' || isNumber)) found.add(`${says} is cut by ${Math.round(over)} px`);
        if (rect.bottom > box.bottom + 4 || rect.top < box.top - 4) found.add(`${says} is cut in its height`);
      }
      if (style.textOverflow === 'ellipsis') rects = rects.map((r) => new DOMRect(Math.max(r.left, box.left), r.top, Math.max(0, Math.min(r.right, box.right) - Math.max(r.left, box.left)), r.height));
      if (isFixed) break;
    }
    if (!isScrolled && rects.some((rect) => (rect.right > width + 1 || rect.left < -1) && rect.top < height)) found.add(`${says} is beyond the edge`);
    const size = parseFloat(getComputedStyle(element).fontSize);
    // A mark beside words may be small, and what has no size at all is left out.
    if (/\w/.test(words) && size > 0 && size < 11) found.add(`${says} is small`);
    texts.push({ element, words, rects });
  }
  for (const [i, a] of texts.entries()) {
    for (const b of texts.slice(i + 1)) {
      if (layer(a.element) !== layer(b.element)) continue;
      const meet = a.rects.some((p) =>
        b.rects.some((q) => Math.min(p.right, q.right) - Math.max(p.left, q.left) > 2 && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 4),
      );
      // What sticks to the edge of a list lies over the rows that scroll below it.
      const sticks = [a, b].some(({ element }) => element.closest('thead, .head'));
      if (meet && !sticks) found.add(`“${a.words.slice(0, 24)}” in ${named(a.element)} lies on “${b.words.slice(0, 24)}” in ${named(b.element)}`);
    }
  }
  // Controls that lie over each other are pressed in the place of another.
  const controls = [...(modal ?? document).querySelectorAll('a, button, summary, input, select, .connection')].filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.closest('.unseen, .grid, li p, .prose'));
  const boxes = controls.map((one) => [one, one.getBoundingClientRect()] as const).filter(([, box]) => box.width > 1 && box.top < height);
  for (const [i, [a, p]] of boxes.entries()) {
    for (const [b, q] of boxes.slice(i + 1)) {
      if (layer(a) !== layer(b) || a.contains(b) || b.contains(a)) continue;
      if (Math.min(p.right, q.right) - Math.max(p.left, q.left) > 2 && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 3) found.add(`${named(a)} lies on ${named(b)}`);
    }
  }
  return [...found];
}
