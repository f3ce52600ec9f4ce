import { loadModule, parseSync } from 'libpg-query';

/** What one statement does to rows of a table. */
export interface TableWrite {
  readonly table: string;
  readonly kind: 'insert' | 'update' | 'delete' | 'merge';
  /** Null when it leaves `status` alone. */
  readonly moves: StatusMoves | null;
}

/** The values of `status` before and after a write. */
export interface StatusMoves {
  /** Empty: the row is new. */
  readonly from: readonly string[];
  /** Values that stand in the SQL; what stays as it is is left out. */
  readonly to: readonly string[];
  /** It also writes what comes as a parameter. */
  readonly fromParameters: boolean;
}

/* A node of PostgreSQL's own parse tree: one key, its kind. */
type Node = Record<string, any>;

await loadModule();

/**
 * Reads what SQL writes, by PostgreSQL's own parser. The statuses a row may have before come from conditions that all
 * updated rows passed: of the statement itself and of the common tables it joins.
 *
 * @param statuses every status there is. @throws when a condition or a value is written in a way it does not know.
 */
export function readWrites(sql: string, statuses: readonly string[]): TableWrite[] {
  const tree = parseSync(sql) as Node;
  const tables = new Map(nodesOf(tree, 'CommonTableExpr').map((one) => [String(one.ctename), one.ctequery as Node]));
  const write = (kind: TableWrite['kind'], node: Node, moves: StatusMoves | null): TableWrite => ({
    table: String(node.relation.relname),
    kind,
    moves,
  });
  return [
    ...nodesOf(tree, 'InsertStmt').map((node) => write('insert', node, insertedStatuses(node))),
    ...nodesOf(tree, 'UpdateStmt').map((node) => write('update', node, updatedStatuses(node, tables, statuses))),
    ...nodesOf(tree, 'DeleteStmt').map((node) => write('delete', node, null)),
    ...nodesOf(tree, 'MergeStmt').map((node) => write('merge', node, null)),
  ];
}

function insertedStatuses({ relation, cols = [], selectStmt, onConflictClause }: Node): StatusMoves | null {
  if (relation.relname !== 'deliveries') return null;
  if (onConflictClause?.action === 'ONCONFLICT_UPDATE') throw new Error('an upsert of deliveries is not understood');
  const index = cols.findIndex((col: Node) => col.ResTarget.name === 'status');
  const target = selectStmt?.SelectStmt?.targetList?.[index];
  if (index < 0 || target === undefined) throw new Error('an insert of deliveries names no status');
  return { from: [], ...resultsOf(target.ResTarget.val, 'deliveries') };
}

function updatedStatuses(node: Node, tables: Map<string, Node>, statuses: readonly string[]): StatusMoves | null {
  const { relation, targetList = [], whereClause, fromClause = [] } = node;
  if (relation.relname !== 'deliveries') return null;
  const targets = targetList.filter((one: Node) => one.ResTarget.name === 'status');
  if (targets.length === 0) return null;
  const aliases = new Set(['deliveries', ...aliasesOf(tables), String(relation.alias?.aliasname ?? 'deliveries')]);
  const conditions: string[][] = [];
  const collect = new ConditionReader(aliases, tables, statuses, conditions);
  collect.read(whereClause);
  for (const item of fromClause) collect.read(item);
  if (conditions.length === 0) throw new Error('an update of deliveries says from no status');
  const from = statuses.filter((status) => conditions.every((allowed) => allowed.includes(status)));
  return { from, ...resultsOf(targets[0].ResTarget.val, String(relation.alias?.aliasname ?? 'deliveries')) };
}

/** Finds conditions on the status of deliveries that every row passed. */
class ConditionReader {
  private readonly seen = new Set<string>();

  constructor(
    private readonly aliases: ReadonlySet<string>,
    private readonly tables: ReadonlyMap<string, Node>,
    private readonly statuses: readonly string[],
    private readonly found: string[][],
  ) {}

  read(node: Node | undefined): void {
    if (node === undefined) return;
    if (node.RangeVar) return this.readTable(String(node.RangeVar.relname));
    if (node.RangeSubselect) return this.read(node.RangeSubselect.subquery);
    if (node.SubLink) return this.read(node.SubLink.subselect);
    if (node.JoinExpr) return this.readJoin(node.JoinExpr);
    if (node.BoolExpr) return this.readBoolean(node.BoolExpr);
    if (node.A_Expr) return this.readComparison(node.A_Expr);
    const query: Node | undefined = node.SelectStmt ?? node.UpdateStmt ?? node.DeleteStmt;
    if (query === undefined) return;
    for (const item of query.fromClause ?? []) this.read(item);
    this.read(query.whereClause);
  }

  private readTable(name: string): void {
    if (this.seen.has(name)) return;
    this.seen.add(name);
    this.read(this.tables.get(name));
  }

  private readJoin({ jointype, larg, rarg, quals }: Node): void {
    this.read(larg);
    if (jointype !== 'JOIN_INNER') return;
    this.read(rarg);
    this.read(quals);
  }

  /** Under OR and NOT a condition holds for some rows only: no statement says the status there. */
  private readBoolean({ boolop, args }: Node): void {
    if (boolop === 'AND_EXPR') {
      for (const argument of args) this.read(argument);
      return;
    }
    const comparisons = nodesOf(args, 'A_Expr').filter((one) => this.isStatus(one.lexpr));
    if (comparisons.length > 0) throw new Error('a status under OR or NOT is not understood');
  }

  private readComparison({ kind, name, lexpr, rexpr }: Node): void {
    if (!this.isStatus(lexpr)) {
      // `d.id = ANY(ARRAY(SELECT …))` and its like: the row passed the conditions of the query.
      if (this.isStatus(rexpr)) throw new Error('a status on the right side is not understood');
      for (const link of nodesOf(rexpr, 'SubLink')) this.read(link.subselect);
      return;
    }
    const operator = String(name[0].String.sval);
    const values = (rexpr.List?.items ?? [rexpr]).map((item: Node) => item.A_Const?.sval?.sval as string | undefined);
    const isKnown = (kind === 'AEXPR_OP' || kind === 'AEXPR_IN') && (operator === '=' || operator === '<>');
    if (!isKnown || values.some((value: unknown) => value === undefined)) {
      throw new Error(`a condition on the status is not understood: ${kind} ${operator}`);
    }
    const stray = values.find((value: string) => !this.statuses.includes(value));
    if (stray !== undefined) throw new Error(`there is no status ${stray}`);
    this.found.push(this.statuses.filter((status) => values.includes(status) === (operator === '=')));
  }

  /** The column itself, or one of the ways to spell it so that no index answers it. */
  private isStatus(node: Node | undefined): boolean {
    if (node?.ColumnRef) return isStatusOf(node.ColumnRef, this.aliases);
    if (node?.FuncCall) return node.FuncCall.args?.length === 1 && this.isStatus(node.FuncCall.args[0]);
    if (node?.A_Expr?.name?.[0]?.String?.sval !== '||') return false;
    const sides = [node.A_Expr.lexpr as Node, node.A_Expr.rexpr as Node];
    return sides.some((side) => this.isStatus(side)) && sides.some((side) => side.A_Const?.sval !== undefined);
  }
}

function resultsOf(node: Node, alias: string): Pick<StatusMoves, 'to' | 'fromParameters'> {
  if (node.A_Const?.sval?.sval !== undefined) return { to: [String(node.A_Const.sval.sval)], fromParameters: false };
  if (node.ColumnRef) return { to: [], fromParameters: !isStatusOf(node.ColumnRef, new Set([alias])) };
  if (node.ParamRef) return { to: [], fromParameters: true };
  if (node.TypeCast) return resultsOf(node.TypeCast.arg, alias);
  if (node.CaseExpr?.defresult) {
    const branches = [...node.CaseExpr.args.map((one: Node) => one.CaseWhen.result), node.CaseExpr.defresult];
    const results = branches.map((branch: Node) => resultsOf(branch, alias));
    return {
      to: [...new Set(results.flatMap(({ to }) => to))],
      fromParameters: results.some(({ fromParameters }) => fromParameters),
    };
  }
  throw new Error(`a value of status is not understood: ${Object.keys(node).join(', ')}`);
}

function isStatusOf({ fields }: Node, aliases: ReadonlySet<string>): boolean {
  const names = fields.map((field: Node) => field.String?.sval as string | undefined);
  if (names.at(-1) !== 'status') return false;
  return names.length === 1 || aliases.has(String(names[0]));
}

/** Names under which the common tables read deliveries. */
function aliasesOf(tables: ReadonlyMap<string, Node>): string[] {
  return [...tables.values()].flatMap((table) =>
    nodesOf(table, 'RangeVar').flatMap(({ relname, alias }) =>
      relname === 'deliveries' && alias ? [String(alias.aliasname)] : [],
    ),
  );
}

/** Every node of a kind, however deep; relations of statements stand without their kind and are not among them. */
function nodesOf(tree: unknown, kind: string): Node[] {
  if (Array.isArray(tree)) return tree.flatMap((one) => nodesOf(one, kind));
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => [
    ...(key === kind ? [value as Node] : []),
    ...nodesOf(value, kind),
  ]);
}
