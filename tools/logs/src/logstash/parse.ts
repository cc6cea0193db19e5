import type { Branches, Condition, Plugin, Section, Statement, Value } from './syntax.ts';

const TOKEN =
  /(?<space>\s+|#[^\n]*)|(?<string>"(?:\\"|[^"])*"|'(?:\\'|[^'])*')|(?<field>(?:\[[^\][,"']+\])+)|(?<regex>\/(?:\\\/|[^/\n])+\/)|(?<number>-?\d+(?:\.\d*)?)|(?<word>[A-Za-z_][\w-]*)|(?<sign>=>|==|=~|[{}[\],!()])/y;

interface Token {
  readonly is: string;
  readonly text: string;
  readonly line: number;
  readonly afterComment: boolean;
}

/** Reads a pipeline file. What it cannot read is an error that names the line. */
export function parsePipeline(text: string): Section[] {
  return new Parser(tokensOf(text)).sections();
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let afterComment = false;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const line = text.slice(0, at).split('\n').length;
    if (!match) throw new Error(`line ${line}: cannot be read from ${JSON.stringify(text.slice(at, at + 20))} on`);
    const [is, found] = Object.entries(match.groups!).find(([, value]) => value !== undefined)!;
    if (is !== 'space') tokens.push({ is, text: found, line, afterComment });
    afterComment = is === 'space' && (afterComment || found.startsWith('#'));
    at = TOKEN.lastIndex;
  }
  return tokens;
}

/** One method for each rule of Logstash's grammar that is used. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  sections(): Section[] {
    const sections: Section[] = [];
    while (this.#at < this.#tokens.length) {
      const { text, line } = this.#take('word');
      if (text !== 'input' && text !== 'filter' && text !== 'output') throw new Error(`line ${line}: ${text} is no section`);
      sections.push({ name: text, statements: this.#block() });
    }
    return sections;
  }

  #block(): Statement[] {
    const statements: Statement[] = [];
    this.#take('sign', '{');
    while (!this.#takeIf('}')) statements.push(this.#isNext('if') ? this.#branches() : this.#plugin());
    return statements;
  }

  #plugin(): Plugin {
    const { text: name } = this.#take('word');
    const settings: Record<string, Value> = {};
    this.#take('sign', '{');
    while (!this.#takeIf('}')) {
      const { text, line } = this.#take('word');
      if (text in settings) throw new Error(`line ${line}: ${name} has ${text} twice`);
      this.#take('sign', '=>');
      settings[text] = this.#value();
    }
    return { kind: 'plugin', name, settings };
  }

  #value(): Value {
    if (this.#takeIf('[')) {
      const values: Value[] = [];
      while (!this.#takeIf(']')) {
        if (values.length > 0) this.#take('sign', ',');
        values.push(this.#value());
      }
      return values;
    }
    if (this.#takeIf('{')) {
      const entries: Record<string, Value> = {};
      while (!this.#takeIf('}')) {
        const first = this.#take('string');
        // Of all places, Logstash's grammar has no comment here.
        if (first.afterComment && Object.keys(entries).length > 0)
          throw new Error(`line ${first.line}: a comment stands between the entries of a hash`);
        const key = unquoted(first);
        this.#take('sign', '=>');
        entries[key] = this.#value();
      }
      return entries;
    }
    const token = this.#next();
    if (token.is === 'string') return unquoted(token);
    if (token.is === 'number') return Number(token.text);
    if (token.is === 'word') return token.text;
    // In a value, [name] is a list with a bare word in it, which reads like a field.
    throw new Error(`line ${token.line}: ${token.text} is no value`);
  }

  #branches(): Branches {
    const branches: { condition?: Condition; statements: Statement[] }[] = [];
    this.#take('word', 'if');
    branches.push({ condition: this.#condition(), statements: this.#block() });
    while (this.#isNext('else')) {
      this.#take('word', 'else');
      if (!this.#isNext('if')) {
        branches.push({ statements: this.#block() });
        break;
      }
      this.#take('word', 'if');
      branches.push({ condition: this.#condition(), statements: this.#block() });
    }
    return { kind: 'branches', branches };
  }

  /** From left to right: Logstash gives `and` no precedence over `or`, so a mixture wants parentheses, which are refused here. */
  #condition(): Condition {
    let left = this.#expression();
    let joined: string | undefined;
    while (this.#isNext('and') || this.#isNext('or')) {
      const { text, line } = this.#take('word');
      if (joined !== undefined && joined !== text) throw new Error(`line ${line}: and beside or wants parentheses`);
      joined = text;
      left = { is: text as 'and' | 'or', left, right: this.#expression() };
    }
    return left;
  }

  #expression(): Condition {
    if (this.#takeIf('!')) return { is: 'not', field: this.#take('field').text };
    const field = this.#take('field').text;
    if (this.#takeIf('==')) return { is: 'equal', field, value: this.#value() as string | number };
    if (this.#takeIf('=~')) return { is: 'matching', field, pattern: new RegExp(this.#take('regex').text.slice(1, -1)) };
    if (this.#isNext('in')) {
      this.#take('word');
      return { is: 'among', field, values: this.#value() as (string | number)[] };
    }
    return { is: 'present', field };
  }

  #isNext = (text: string) => this.#tokens[this.#at]?.text === text;

  #takeIf(text: string): boolean {
    const found = this.#isNext(text);
    if (found) this.#at += 1;
    return found;
  }

  #take(is: string, text?: string): Token {
    const token = this.#next();
    if (token.is !== is || (text !== undefined && token.text !== text))
      throw new Error(`line ${token.line}: ${token.text} stands where ${text ?? `a ${is}`} is wanted`);
    return token;
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (!token) throw new Error('the file ends too early');
    this.#at += 1;
    return token;
  }
}

/** Backslashes stay as they are: Logstash reads escapes only with config.support_escapes, which is off. */
const unquoted = ({ text }: Token) => text.slice(1, -1);
