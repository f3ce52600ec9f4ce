type Node = Readonly<Record<string, unknown>>;

/**
 * A copy of an OpenAPI 3.0 document in which `nullable` means what it says. The generator writes it beside a reference
 * or an enumeration, and there it allows nothing: the reference still demands an object, the enumeration its members.
 */
export function allowNulls<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(allowNulls) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const node = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, allowNulls(member as unknown)]));
  return (node['nullable'] === true ? nullable(node) : node) as Value;
}

const SAID_OTHERWISE = new Set(['allOf', 'type', 'nullable']);

function nullable(node: Node): Node {
  const { allOf, enum: members } = node as { readonly allOf?: unknown; readonly enum?: unknown };
  if (Array.isArray(allOf)) {
    const described = Object.fromEntries(Object.entries(node).filter(([key]) => !SAID_OTHERWISE.has(key)));
    const schema: unknown = allOf.length === 1 ? allOf[0] : { allOf };
    return { ...described, anyOf: [schema, { type: 'object', nullable: true, enum: [null] }] };
  }
  return Array.isArray(members) && !members.includes(null)
    ? { ...node, enum: [...(members as unknown[]), null] }
    : node;
}
