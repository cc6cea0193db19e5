/** Thrown in place of an answer: the connection is destroyed, and the client does not know what became of its call. */
export class CutOff extends Error {
  override readonly name = 'CutOff';
}
