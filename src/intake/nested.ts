import { Type } from 'class-transformer';
import { ValidateBy, ValidateNested } from 'class-validator';
import { isJsonObject } from '../http/json-value.js';

type DtoClass = abstract new () => object;

const nestedOf = new Map<object, [property: string, type: () => DtoClass][]>();

/** Property decorator: the value (or each of an array's) is validated as this class; see {@link adoptDto}. */
export function Nested(type: () => DtoClass): PropertyDecorator {
  return (prototype, property) => {
    nestedOf.set(prototype, [...(nestedOf.get(prototype) ?? []), [String(property), type]]);
    ValidateNested()(prototype, property);
    // ValidateNested looks into arrays of arrays and finds nothing wrong with them.
    ValidateBy({
      name: 'holdsObjects',
      validator: { validate: holdsObjects, defaultMessage: () => 'must hold objects only' },
    })(prototype, property);
    Type(type)(prototype, property);
  };
}

/** Makes a parsed JSON value an instance of its DTO class, and its members of theirs, without copying anything. */
export function adoptDto<Dto extends object>(value: object, dto: abstract new () => Dto): Dto {
  Object.setPrototypeOf(value, dto.prototype as object);
  for (const [property, type] of nestedOf.get(dto.prototype as object) ?? []) {
    const member = (value as Record<string, unknown>)[property];
    if (typeof member !== 'object' || member === null) continue;
    if (!Array.isArray(member)) adoptDto(member, type());
    else for (const item of member) if (isJsonObject(item)) adoptDto(item, type());
  }
  return value as Dto;
}

function holdsObjects(value: unknown): boolean {
  return !Array.isArray(value) || value.every(isJsonObject);
}
