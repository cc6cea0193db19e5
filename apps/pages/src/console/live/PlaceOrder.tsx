import { useRef, useState } from 'react';
import { ask } from '../../shared/ask.ts';
import { goTo } from '../../shared/place.ts';
import { usePresenting } from '../presenting.tsx';
import { useSpeech } from '../speech.ts';

const METHODS = ['pm_ok', 'pm_declined', 'pm_timeout_charged', 'pm_timeout_not_charged', 'pm_slow'] as const;

/** `crypto.randomUUID` exists on HTTPS and on this machine alone. */
const newKey = () =>
  `console-${Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;

/** Places one order as a customer would, and leads to its journey. */
export function PlaceOrder() {
  const { say } = useSpeech();
  const presenting = usePresenting();
  const [method, setMethod] = useState<(typeof METHODS)[number]>('pm_ok');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  // Kept until an answer has come: a second click after a lost answer asks for the same order.
  const key = useRef<string | undefined>(undefined);
  const place = async () => {
    setBusy(true);
    setProblem('');
    key.current ??= newKey();
    try {
      const body = JSON.stringify({ paymentMethod: method, idempotencyKey: key.current });
      const { id } = await ask<{ id: string }>('/console/api/orders', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      key.current = undefined;
      goTo(`/orders/${id}${presenting ? '?present=1' : ''}`);
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  };
  const change = (chosen: string) => {
    key.current = undefined;
    setMethod(METHODS.find((each) => each === chosen) ?? 'pm_ok');
  };
  return (
    <div className="bar">
      <label>
        <span className="unseen">{say('place.method')}</span>
        <select value={method} onChange={(event) => change(event.target.value)}>
          {METHODS.map((each) => (
            <option key={each} value={each}>
              {say(`place.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" className="first" disabled={busy} onClick={() => void place()}>
        {say('place.order')}
      </button>
      {problem && (
        <span className="problem" role="alert">
          {problem}
        </span>
      )}
    </div>
  );
}
