// What axe-core finds in a page as it is now: nothing. No rule is switched off; `target-size`, which axe
// leaves out, is on.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };

/** Holds the page to the rules as it is now. */
export async function accessible(page: Page, what: string): Promise<void> {
  // Rules for contrast pass over what is still fading.
  await page.waitForFunction(() =>
    document.getAnimations().every((one) => one.effect?.getComputedTiming().endTime === Infinity),
  );
  const { violations } = await new AxeBuilder({ page })
    .options({ rules: { 'target-size': { enabled: true } } })
    .analyze();
  const said = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id} (${help}): ${node.target.join(' ')}\n  ${node.failureSummary?.replaceAll('\n', ' ')}`),
  );
  expect.soft(said, what).toEqual([]);
}

/** The page as it is now in both themes, wide and narrow. */
export async function everywhere(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const size of [WIDE, NARROW]) {
      await page.setViewportSize(size);
      await accessible(page, `${what}, ${colorScheme}, ${size.width} px`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(WIDE);
}

/** In both themes, as wide as it is. */
export async function inBothThemes(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await accessible(page, `${what}, ${colorScheme}`);
  }
}
