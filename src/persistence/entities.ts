import { defineEntity, p } from '@mikro-orm/core';
import { keysOf } from '#src/mechanisms/records.ts';
import { columnsOf, type Column } from '#src/persistence/columns.ts';
import { tables } from '#src/persistence/tables.ts';

/** The tables as MikroORM knows them. References are plain columns: reads that join are SQL. */
export const entities = keysOf(tables).map((table) =>
  defineEntity({
    name: table,
    tableName: table,
    properties: Object.fromEntries(columnsOf(table).map((column) => [column.property, propertyOf(column)])),
  }),
);

function propertyOf({ name, type, isKey, isNullable }: Column) {
  const plain = plainProperty(type).fieldName(name);
  if (isKey) return plain.primary();
  return isNullable ? plain.nullable() : plain;
}

function plainProperty(type: Column['type']) {
  switch (type) {
    case 'uuid':
      return p.uuid();
    case 'text':
      return p.text();
    case 'integer':
      return p.integer();
    case 'bigint':
      return p.bigint('string');
    case 'boolean':
      return p.boolean();
    case 'date':
      return p.date();
    case 'timestamptz':
      return p.datetime(6);
    case 'jsonb':
      return p.json();
    case 'bytea':
      return p.blob();
    case 'uuid[]':
    case 'text[]':
      return p.array().columnType(type);
  }
}
