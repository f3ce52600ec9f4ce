/**
 * Members of JSON that are called like something every object has: `constructor`, `toString`, `hasOwnProperty` and their
 * like. class-transformer calls some of them, passes over others, and class-validator finds no class behind them. So they
 * go through both under another name, at every depth, and get their own back afterwards. The mark is a character
 * of no alphabet that can be stored: checks of text between see the disguised name.
 */
const MARK = '\uF8FFown:';

/** Whether any member, however deep, has a name that has to be disguised. */
export function holdsInherited(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsInherited);
  return Object.entries(value).some(([name, member]) => needsMark(name) || holdsInherited(member));
}

/** A copy in which no member is called like something every object has. */
export function disguise(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(disguise);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [needsMark(name) ? MARK + name : name, disguise(member)]),
  );
}

/** Gives members their own names again, in place and in their order: classes stay what they are. */
export function undisguise(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const members = Object.entries(value);
  for (const [, member] of members) undisguise(member);
  if (Array.isArray(value) || !members.some(([name]) => name.startsWith(MARK))) return;
  // All go before the first comes back: one's own name may be how another is disguised.
  for (const [name] of members) Reflect.deleteProperty(value, name);
  for (const [name, member] of members) {
    Object.defineProperty(value, undisguiseName(name), {
      value: member,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}

function undisguiseName(name: string): string {
  return name.startsWith(MARK) ? name.slice(MARK.length) : name;
}

/** A path of names as its writer knows them. */
export function undisguiseText(path: string): string {
  return path.replaceAll(MARK, '');
}

/** A name that looks disguised already is disguised once more, so that it comes back as it was. */
function needsMark(name: string): boolean {
  return name in Object.prototype || name.startsWith(MARK);
}
