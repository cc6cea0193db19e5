import type { Status } from './api.ts';
import { useSpeech } from './speech.ts';

// A sign beside the colour: not everybody tells the colours apart.
const SIGNS: Readonly<Record<Status, string>> = { placed: '◔', confirmed: '✓', cancelling: '↺', cancelled: '×' };

export function Badge({ status }: { readonly status: Status }) {
  const { say } = useSpeech();
  return (
    <span className={`badge ${status}`}>
      <span aria-hidden="true">{SIGNS[status]}</span> {say(`status.${status}`)}
    </span>
  );
}
