import hljs from 'highlight.js/lib/common';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import nginx from 'highlight.js/lib/languages/nginx';

hljs.registerLanguage('dockerfile', dockerfile);
hljs.registerLanguage('nginx', nginx);

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const BY_ENDING: Readonly<Record<string, string>> = {
  mjs: 'javascript',
  tsx: 'typescript',
  conf: 'nginx',
  template: 'nginx',
  patch: 'diff',
  jsonc: 'json',
  Dockerfile: 'dockerfile',
  http: 'plaintext',
  cfg: 'plaintext',
};

/** By the first word of a code block, or by a file's name. Of what it does not know it makes plain text. */
export function languageFor(hint: string): string {
  const ending = hint.split(/[/.]/).at(-1) ?? '';
  const name = BY_ENDING[ending] ?? ending;
  return hljs.getLanguage(name) ? name : 'plaintext';
}

/** As HTML with classes: a page's policy lets no colour stand in it. */
export const highlighted = (code: string, language: string): string => hljs.highlight(code, { language }).value;

/** Line by line: an element that spans lines is closed at the end of each, and opened again. */
export function highlightedLines(code: string, language: string): string[] {
  const open: string[] = [];
  return highlighted(code.replace(/\n$/, ''), language)
    .split('\n')
    .map((line) => {
      const before = open.join('');
      for (const [tag] of line.matchAll(/<span[^>]*>|<\/span>/g)) {
        if (tag === '</span>') open.pop();
        else open.push(tag);
      }
      return before + line + '</span>'.repeat(open.length);
    });
}
