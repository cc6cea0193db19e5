import type { Journey } from './journey.ts';
import { visit } from './journey.ts';
import { pictures } from './look.ts';

export const consoleJourneys: readonly Journey[] = [
  {
    name: 'console: it opens on the operations origin, in every width, light and dark, readable and accessible',
    go: (around) =>
      visit(around, around.console, {}, async (page) => {
        await page.goto('/');
        // The parts of the system: the service has answered.
        await page.getByText('payment-2').first().waitFor();
        await pictures(page, around.pictures, 'console');
      }),
  },
];
