/** What may go wrong with an order, as somebody would count it who runs a shop. */
export const DAMAGES = ['lost', 'doubled', 'stuck', 'out of order', 'mischarged', 'wrong', 'unanswered', 'disclosed'] as const;
export type Damage = (typeof DAMAGES)[number];

/** Something that does not add up. */
export interface Finding {
  readonly damage: Damage;
  /** For people; it names the order, where it is about one. */
  readonly sentence: string;
}

/** One of a kind of damage. */
const found =
  (damage: Damage) =>
  (sentence: string): Finding => ({ damage, sentence });

export const lost = found('lost');
export const doubled = found('doubled');
export const stuck = found('stuck');
export const outOfOrder = found('out of order');
export const mischarged = found('mischarged');
/** Something else than was ordered, or told to somebody else. */
export const wrong = found('wrong');
export const unanswered = found('unanswered');
/** Shown to somebody whose order it is not. */
export const disclosed = found('disclosed');

/** The order that a sentence names, or the sentence itself when it names none. */
export const subjectOf = (sentence: string): string => /\border ([^\s:,)]+)/i.exec(sentence)?.[1] ?? sentence;
