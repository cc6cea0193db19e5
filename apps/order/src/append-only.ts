import type { AppendOnly } from '@waybill/service';

/** What an order was is never changed afterwards. Only the words of a person beside it may be erased. */
export const APPEND_ONLY: AppendOnly = { order_history: { except: ['reason'] } };
