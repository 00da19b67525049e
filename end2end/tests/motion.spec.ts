// Who asks for less motion gets none: nothing moves but the data.
import { choose } from './charts';
import { expect, test } from './fixtures';
import { WITH_ADMIN, signIn } from './people';
import { openPicker } from './time';
import type { Page } from '@playwright/test';

test.use({ serverEnv: WITH_ADMIN });

/** What of the page moves by itself, or would when it changes: animations that run, and every element
 *  with a transition or an animation that takes time. */
async function moving(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const name = (element: Element) => `${element.tagName.toLowerCase()}.${element.className}`;
    const takesTime = (list: string) => list.split(',').some((time) => Number.parseFloat(time) > 0);
    const found = document.getAnimations().map((animation) => `runs: ${animation.constructor.name}`);
    for (const element of Array.from(document.querySelectorAll('*'))) {
      for (const pseudo of [undefined, '::before', '::after', '::backdrop']) {
        const style = getComputedStyle(element, pseudo);
        if (takesTime(style.transitionDuration)) found.push(`transition: ${name(element)} ${pseudo ?? ''}`);
        if (style.animationName !== 'none' && takesTime(style.animationDuration)) {
          found.push(`animation: ${name(element)} ${pseudo ?? ''}`);
        }
        if (style.scrollBehavior === 'smooth') found.push(`scrolls smoothly: ${name(element)}`);
      }
    }
    return [...new Set(found)];
  });
}

/** Goes through what a person sees, and says for each whether something moves. */
async function walk(page: Page, look: (what: string) => Promise<void>): Promise<void> {
  await signIn(page);
  await look('live');
  const stale = (status: string) =>
    page.evaluate((status) => document.querySelector('.board')!.setAttribute('data-status', status), status);
  await stale('stale');
  await look('stale');
  await stale('live');
  await page.evaluate(() => document.querySelector('.range')!.setAttribute('aria-busy', 'true'));
  await look('loading');
  await page.evaluate(() => document.querySelector('.range')!.setAttribute('aria-busy', 'false'));
  await openPicker(page);
  await look('time picker');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await look('keys');
  await page.keyboard.press('Escape');
  await choose(page, 'cpu', 'Full screen');
  await look('full screen');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Edit' }).click();
  await expect(page.locator('.board.editing')).toBeVisible();
  await look('edit mode');
}

test('with less motion nothing moves but the data', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await walk(page, async (what) => expect.soft(await moving(page), what).toEqual([]));
});

test('without it, what moves is found', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  const found = new Set<string>();
  await walk(page, async (what) => {
    if ((await moving(page)).length > 0) found.add(what);
  });
  expect([...found]).toEqual(['stale', 'loading', 'edit mode']);
});
