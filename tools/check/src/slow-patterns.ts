import { type Concatenation, isDisjointWith, JS, NFA, type Quantifier, visitAst } from 'refa';
import { analyse } from 'scslre';
import ts from 'typescript';
import type { SourceFile } from './check.ts';

/**
 * Regular expressions that somebody can make slow by what they are given: the time grows with the square of its length or faster,
 * by backtracking, or because a search begins anew at each letter. Where a pattern is made of parts, those are read that stand in the
 * same file. A pattern that is not known before the program runs is named as well, unless `made` says where it comes from.
 */
export function slowPatterns(files: readonly SourceFile[], made: Readonly<Record<string, string>> = {}): string[] {
  const unused = new Set(Object.keys(made));
  const problems = files.flatMap(({ path, text }) => {
    if (path.endsWith('.conf'))
      return ofNginx(text).flatMap((source) => slowIn(source, '').map((slow) => `${path}: ${source} is slow: ${slow}`));
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const known = new Map<string, ts.RegularExpressionLiteral>();
    const found: string[] = [];
    const say = (node: ts.Node, what: string) =>
      found.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}: ${what}`);

    const visit = (node: ts.Node): void => {
      if (ts.isVariableDeclaration(node) && node.initializer && ts.isRegularExpressionLiteral(node.initializer))
        known.set(node.name.getText(file), node.initializer);
      if (ts.isRegularExpressionLiteral(node)) {
        const [, source, flags] = /^\/([^]*)\/(\w*)$/.exec(node.text)!;
        for (const slow of slowIn(source!, flags!)) say(node, `${node.text} is slow: ${slow}`);
      }
      if (isMaker(node)) {
        const [pattern, flags] = node.arguments!;
        const source = pattern && textOf(pattern, known);
        if (source !== undefined)
          for (const slow of slowIn(source, (flags && textOf(flags, known)) ?? '')) say(node, `/${source}/ is slow: ${slow}`);
        else if (Object.hasOwn(made, path)) unused.delete(path);
        else say(node, `nobody can say whether ${node.getText(file)} is slow: say in checks.ts where it comes from`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
  });
  return [...problems, ...[...unused].map((path) => `${path} makes no pattern of what it is given: take it out of checks.ts`)];
}

const isMaker = (node: ts.Node): node is ts.NewExpression | ts.CallExpression =>
  (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === 'RegExp' &&
  (node.arguments?.length ?? 0) > 0;

/** The text of an expression whose parts are all in the file. */
function textOf(node: ts.Expression, known: ReadonlyMap<string, ts.RegularExpressionLiteral>): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    const parts = node.templateSpans.map(({ expression, literal }) => [textOf(expression, known), literal.text]);
    return parts.some(([value]) => value === undefined) ? undefined : node.head.text + parts.flat().join('');
  }
  if (ts.isPropertyAccessExpression(node) && node.name.text === 'source')
    return /^\/([^]*)\/\w*$/.exec(known.get(node.expression.getText())?.text ?? '')?.[1];
  return undefined;
}

/** What stands behind a tilde, in a map or a location. */
const ofNginx = (text: string): string[] =>
  [...text.matchAll(/"~\*?([^"]+)"|^location ~\*? (\S+) /gm)].map(([, mapped, located]) => mapped ?? located!);

function slowIn(source: string, flags: string): string[] {
  const literal = { source, flags };
  return [
    ...analyse(literal).reports.map(
      ({ type, exponential, character }) =>
        `${exponential ? 'exponential' : 'polynomial'} ${type === 'Move' ? 'search' : 'backtracking'}, by /${character.literal.source}/`,
    ),
    ...alternativesThatMeet(literal).map((pair) => `exponential backtracking, by ${pair}: both can begin the same text`),
  ];
}

/** Of a group that is repeated: two alternatives that can begin one text which the group takes. At each, either may be meant. */
function alternativesThatMeet(literal: { source: string; flags: string }): string[] {
  const { expression, maxCharacter } = JS.Parser.fromLiteral(literal).parse({ backreferences: 'disable' });
  const found: string[] = [];
  const startingWith = ({ elements }: Concatenation, group: Quantifier) =>
    NFA.fromRegex(
      { type: 'Concatenation', elements: [...elements, { ...group, min: 0 }] },
      { maxCharacter },
      { assertions: 'ignore' },
    );
  visitAst(expression, {
    onQuantifierEnter(group) {
      if (group.max !== Infinity) return;
      group.alternatives.forEach((one, at) => {
        for (const other of group.alternatives.slice(at + 1))
          if (!isDisjointWith(startingWith(one, group), startingWith(other, group)))
            found.push(`/${[one, other].map((each) => JS.toLiteral(each).source).join('/ and /')}/`);
      });
    },
  });
  return found;
}
