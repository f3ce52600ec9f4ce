import type { XmlTag } from './xml-reader.js';

/** An element with what is in it: elements, or else text. */
export interface XmlElement extends XmlTag {
  readonly children: readonly XmlElement[];
  /** Its own text; of an element with children it means nothing. */
  readonly text: string;
}

interface Draft extends XmlTag {
  children: XmlElement[];
  text: string;
}

/** Most elements are leaves: they share this one. */
const NO_CHILDREN: XmlElement[] = [];

/** Builds one element and what is in it, from the moment it opens until it is closed. */
export class XmlTreeBuilder {
  private readonly path: Draft[] = [];

  open({ uri, name, type, isNil }: XmlTag): void {
    const draft: Draft = { uri, name, type, isNil, children: NO_CHILDREN, text: '' };
    const parent = this.path.at(-1);
    if (parent !== undefined) {
      if (parent.children === NO_CHILDREN) parent.children = [];
      parent.children.push(draft);
    }
    this.path.push(draft);
  }

  text(text: string): void {
    const current = this.path.at(-1);
    if (current !== undefined) current.text += text;
  }

  /** @returns the whole, when it is its root that is closed. */
  close(): XmlElement | null {
    const closed = this.path.pop();
    return closed !== undefined && this.path.length === 0 ? closed : null;
  }
}

/** Children of a name in the parent's own namespace. */
export function childrenOf(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.name === name && child.uri === parent.uri);
}

/** The first child of a name that is not nil; null when there is none. */
export function childOf(parent: XmlElement, name: string): XmlElement | null {
  return parent.children.find((child) => child.name === name && child.uri === parent.uri && !child.isNil) ?? null;
}

/** Text of a child without white space around it; null when the child is missing, nil or empty. */
export function textOf(parent: XmlElement, name: string): string | null {
  const text = childOf(parent, name)?.text.trim() ?? '';
  return text === '' ? null : text;
}
