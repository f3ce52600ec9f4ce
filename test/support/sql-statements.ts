import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

/** A prepared statement as the source says it, constants and helper functions filled in. */
export interface SourceStatement {
  /** From the root of the project. */
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

/** A piece of a string or template literal, wherever it stands. */
export interface SqlPiece {
  readonly file: string;
  readonly text: string;
}

/** Stands for what only a running process knows; it reads as a name in SQL. */
export const UNKNOWN = 'unknown_here';

type Scope = ReadonlyMap<string, unknown>;
const NOTHING: Scope = new Map();
const ROOT = resolve(import.meta.dirname, '..', '..');

/**
 * Reads every `{ name, text }` of the source without running it, so that statements which are private to their files
 * are seen too. Interpolated constants and functions of one `return` are followed, also into other files.
 */
export function readStatements(folder = 'src'): { statements: SourceStatement[]; pieces: SqlPiece[] } {
  const reader = new SourceReader();
  const statements: SourceStatement[] = [];
  const pieces: SqlPiece[] = [];
  for (const path of sourceFiles(join(ROOT, folder))) {
    const file = relative(ROOT, path);
    const visit = (node: ts.Node): void => {
      if (ts.isObjectLiteralExpression(node)) {
        const name = propertyOf(node, 'name');
        const text = propertyOf(node, 'text');
        if (name !== null && text !== null) {
          const value = reader.evaluate(text, path, NOTHING);
          statements.push({ file, name: String(reader.evaluate(name, path, NOTHING)), text: String(value) });
        }
      }
      if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
        pieces.push({ file, text: node.text });
      }
      ts.forEachChild(node, visit);
    };
    visit(reader.source(path));
  }
  return { statements, pieces };
}

/** Files of the product, without specs. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.(spec|fixtures)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

class SourceReader {
  private readonly sources = new Map<string, ts.SourceFile>();

  source(path: string): ts.SourceFile {
    const known = this.sources.get(path);
    if (known !== undefined) return known;
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
    this.sources.set(path, source);
    return source;
  }

  /** The value of an expression, or a name that stands for it. */
  evaluate(node: ts.Expression, path: string, scope: Scope): unknown {
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isNumericLiteral(node)) return Number(node.text.replaceAll('_', ''));
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map(
        (span) => String(this.evaluate(span.expression, path, scope)) + span.literal.text,
      );
      return node.head.text + spans.join('');
    }
    if (ts.isIdentifier(node)) return scope.has(node.text) ? scope.get(node.text) : this.lookUp(node.text, path);
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
      return this.evaluate(node.expression, path, scope);
    }
    if (ts.isBinaryExpression(node)) return this.calculate(node, path, scope);
    if (ts.isObjectLiteralExpression(node)) return { object: node, path };
    if (ts.isPropertyAccessExpression(node)) {
      const owner = this.evaluate(node.expression, path, scope);
      const property = isObject(owner) ? propertyOf(owner.object, node.name.text) : null;
      return property === null || !isObject(owner) ? UNKNOWN : this.evaluate(property, owner.path, NOTHING);
    }
    if (ts.isCallExpression(node)) return this.call(node, path, scope);
    return UNKNOWN;
  }

  private calculate(node: ts.BinaryExpression, path: string, scope: Scope): unknown {
    const left = this.evaluate(node.left, path, scope);
    const right = this.evaluate(node.right, path, scope);
    const kind = node.operatorToken.kind;
    if (kind === ts.SyntaxKind.PlusToken) {
      return typeof left === 'number' && typeof right === 'number' ? left + right : String(left) + String(right);
    }
    if (typeof left !== 'number' || typeof right !== 'number') return UNKNOWN;
    if (kind === ts.SyntaxKind.MinusToken) return left - right;
    if (kind === ts.SyntaxKind.AsteriskToken) return left * right;
    return UNKNOWN;
  }

  private call(node: ts.CallExpression, path: string, scope: Scope): unknown {
    // Object.freeze({ … }): the object itself.
    if (node.expression.getText() === 'Object.freeze' && node.arguments[0]) {
      return this.evaluate(node.arguments[0], path, scope);
    }
    if (!ts.isIdentifier(node.expression)) return UNKNOWN;
    const found = this.declarationOf(node.expression.text, path);
    if (found === null || !ts.isFunctionDeclaration(found.node) || found.node.body === undefined) return UNKNOWN;
    const inner = new Map<string, unknown>();
    found.node.parameters.forEach((parameter, index) => {
      const argument = node.arguments[index] ?? parameter.initializer;
      inner.set(parameter.name.getText(), argument ? this.evaluate(argument, path, scope) : UNKNOWN);
    });
    for (const line of found.node.body.statements) {
      if (ts.isVariableStatement(line)) {
        for (const { name, initializer } of line.declarationList.declarations) {
          if (initializer) inner.set(name.getText(), this.evaluate(initializer, found.path, inner));
        }
      } else if (ts.isReturnStatement(line) && line.expression) {
        return this.evaluate(line.expression, found.path, inner);
      } else {
        return UNKNOWN;
      }
    }
    return UNKNOWN;
  }

  private lookUp(name: string, path: string): unknown {
    const found = this.declarationOf(name, path);
    if (found === null || !ts.isVariableDeclaration(found.node) || !found.node.initializer) return UNKNOWN;
    return this.evaluate(found.node.initializer, found.path, NOTHING);
  }

  /** Where a name of the top of a file is declared: there, or in the file it is imported from. */
  private declarationOf(name: string, path: string): { node: ts.Node; path: string } | null {
    for (const statement of this.source(path).statements) {
      if (ts.isFunctionDeclaration(statement) && statement.name?.text === name) return { node: statement, path };
      if (ts.isVariableStatement(statement)) {
        const node = statement.declarationList.declarations.find((one) => one.name.getText() === name);
        if (node) return { node, path };
      }
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
      const bindings = statement.importClause?.namedBindings;
      const from = statement.moduleSpecifier.text;
      if (!bindings || !ts.isNamedImports(bindings) || !from.startsWith('.')) continue;
      const element = bindings.elements.find((one) => one.name.text === name);
      if (element === undefined) continue;
      const target = resolve(dirname(path), from.replace(/\.js$/, '.ts'));
      return this.declarationOf((element.propertyName ?? element.name).text, target);
    }
    return null;
  }
}

function isObject(value: unknown): value is { object: ts.ObjectLiteralExpression; path: string } {
  return typeof value === 'object' && value !== null && 'object' in value;
}

function propertyOf(node: ts.ObjectLiteralExpression, name: string): ts.Expression | null {
  for (const property of node.properties) {
    if (ts.isPropertyAssignment(property) && property.name.getText() === name) return property.initializer;
    if (ts.isShorthandPropertyAssignment(property) && property.name.text === name) return property.name;
  }
  return null;
}
