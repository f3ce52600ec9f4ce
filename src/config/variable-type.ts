/** The outcome of reading a variable's text. A refusal quotes the text only where a type is never used for secrets. */
export type Parsed<Value> =
  | { readonly kind: 'accepted'; readonly value: Value }
  | { readonly kind: 'refused'; readonly problem: string; readonly remedy: string };

/** Reads one kind of value. `label` is its name in the documentation. */
export interface VariableType<Value> {
  readonly label: string;
  /** `text` is trimmed and not empty. */
  parse(text: string): Parsed<Value>;
}

/** The text is fine and means `value`. */
export function accept<Value>(value: Value): Parsed<Value> {
  return { kind: 'accepted', value };
}

/** The text is wrong: what is wrong, and what to write instead. */
export function refuse(problem: string, remedy: string): Parsed<never> {
  return { kind: 'refused', problem, remedy };
}

/** A whole number within a range; `unit` is part of the documentation only, the number carries none. */
export function integer(range: {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}): VariableType<number> {
  const remedy = `write a whole number from ${range.min} to ${range.max} (${range.unit})`;
  return {
    label: `integer, ${range.unit}`,
    parse(text) {
      if (!/^-?\d+$/.test(text)) {
        return refuse(`"${text}" is not a whole number`, remedy);
      }
      const value = Number(text);
      return value < range.min || value > range.max ? refuse(`${text} is out of range`, remedy) : accept(value);
    },
  };
}

/** `true` or `false`, nothing else: "0" and "no" would be guesses. */
export const flag: VariableType<boolean> = {
  label: 'boolean',
  parse(text) {
    switch (text.toLowerCase()) {
      case 'true':
        return accept(true);
      case 'false':
        return accept(false);
      default:
        return refuse(`"${text}" is neither true nor false`, 'write true or false');
    }
  },
};

/** One of a few words. */
export function choice<const Options extends readonly string[]>(options: Options): VariableType<Options[number]> {
  return {
    label: options.join(' | '),
    parse(text) {
      const found = options.find((option) => option.toLowerCase() === text.toLowerCase());
      return found === undefined
        ? refuse(`"${text}" is not one of its values`, `write one of ${options.join(', ')}`)
        : accept(found);
    },
  };
}

/** One of a few whole numbers. */
export function numericChoice<const Options extends readonly number[]>(
  options: Options,
): VariableType<Options[number]> {
  return {
    label: options.join(' | '),
    parse(text) {
      const found = options.find((option) => String(option) === text);
      return found === undefined
        ? refuse(`"${text}" is not one of its values`, `write one of ${options.join(', ')}`)
        : accept(found);
    },
  };
}

/** Any text of one line. */
export function line(label: string): VariableType<string> {
  return {
    label,
    parse(text) {
      return hasControlCharacter(text)
        ? refuse('contains a line break or another control character', 'write it on one line')
        : accept(text);
    },
  };
}

/** A name that may be sent as an HTTP header or a query parameter. */
export const headerName: VariableType<string> = {
  label: 'header name',
  parse(text) {
    return /^[\w!#$%&'*+.^`|~-]+$/.test(text)
      ? accept(text)
      : refuse('is not a legal header name', 'use letters, digits and hyphens, e.g. X-API-Key');
  },
};

/** Values separated by commas; blanks around and a trailing comma are ignored. Refusals name the position. */
export function listOf<Value>(label: string, item: (text: string) => Parsed<Value>): VariableType<readonly Value[]> {
  return {
    label,
    parse(text) {
      const items = text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
      if (items.length === 0) {
        return refuse('names nothing', `write ${label}, or leave the variable out`);
      }
      const values: Value[] = [];
      for (const [index, part] of items.entries()) {
        const parsed = item(part);
        if (parsed.kind === 'refused') {
          return refuse(`entry ${index + 1} ${parsed.problem}`, parsed.remedy);
        }
        values.push(parsed.value);
      }
      return accept(values);
    },
  };
}

/** Any texts, e.g. paths. */
export function textList(label: string): VariableType<readonly string[]> {
  return listOf(label, accept<string>);
}

/** One word that may be sent as the value of a header. Never quoted. */
export function token(label: string): VariableType<string> {
  return {
    label,
    parse: (text) =>
      /^[\x21-\x7e]+$/.test(text)
        ? accept(text)
        : refuse('has blanks or characters a header cannot carry', `write ${label} as it was given to you`),
  };
}

/** Words that may be sent as the value of a header. */
export function tokenList(label: string): VariableType<readonly string[]> {
  return listOf(label, (text) =>
    /^[\x21-\x7e]+$/.test(text)
      ? accept(text)
      : refuse('has blanks or characters a header cannot carry', `write ${label}`),
  );
}

/** Whether the text has characters that would break a log line or a header. */
export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
