import { recordOf } from '#src/mechanisms/records.ts';
import { columnTypes, rowSource, type ColumnType, type RowSource } from '#src/persistence/row-source.ts';
import { tables, type TableName } from '#src/persistence/tables.ts';

/** The properties that a table's rows have. */
export type Property<Table extends TableName> = keyof (typeof tables)[Table] & string;

/** What a property's column is, read from its one line in the list of tables. */
export interface Column {
  readonly property: string;
  /** As PostgreSQL calls it: `valid_through`. */
  readonly name: string;
  readonly type: ColumnType;
  readonly isKey: boolean;
  readonly isNullable: boolean;
}

/** All columns of a table. */
export function columnsOf(table: TableName): readonly Column[] {
  return Object.entries<string>(tables[table]).map(([property, text]) => columnFrom(property, text));
}

function columnOf<Table extends TableName>(table: Table, property: Property<Table>): Column {
  const columns: Readonly<Record<string, string>> = tables[table];
  return columnFrom(property, columns[property] ?? '');
}

function columnFrom(property: string, text: string): Column {
  const type = columnTypes.find((candidate) => candidate === text.replace(/ key$|\?$/, ''));
  if (type === undefined) throw new Error(`"${text}" is no type of a column.`);
  return {
    property,
    name: property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    type,
    isKey: text.endsWith(' key'),
    isNullable: text.endsWith('?'),
  };
}

/** A select list: the columns under the names of their properties, bytes as hexadecimal text. @param from what the table is called there */
export function selecting<Table extends TableName>(
  table: Table,
  properties: readonly Property<Table>[],
  from: string = table,
): string {
  const items = properties.map((property) => {
    const { name, type } = columnOf(table, property);
    if (type === 'bytea') return `encode(${from}.${name}, 'hex') as "${property}"`;
    return name === property ? `${from}.${name}` : `${from}.${name} as "${property}"`;
  });
  return items.join(', ');
}

/** Rows of these properties, as a statement gets them. */
export function rowsOf<Table extends TableName, Name extends Property<Table>>(
  table: Table,
  properties: readonly Name[],
): RowSource<Name> {
  return rowSource(recordOf(properties, (property) => columnOf(table, property).type));
}

/** A statement that writes rows, whatever their number. */
export interface Write<Name extends string> {
  readonly source: RowSource<Name>;
  readonly sql: string;
}

/** @param stamped the column that gets the transaction's time */
export function inserting<Table extends TableName, Name extends Property<Table>>(
  table: Table,
  properties: readonly Name[],
  stamped?: Property<Table>,
): Write<Name> {
  const source = rowsOf(table, properties);
  const names = properties.map((property) => columnOf(table, property).name);
  const values = properties.map((property) => `"${property}"`);
  if (stamped !== undefined) {
    names.push(columnOf(table, stamped).name);
    values.push('now()');
  }
  const sql = `insert into ${table} (${names.join(', ')}) select ${values.join(', ')} from ${source.sql} as given`;
  return { source, sql };
}

/** Changes the rows with these ids. */
export function updating<Table extends TableName, Name extends Property<Table>>(
  table: Table,
  id: Name,
  properties: readonly Name[],
): Write<Name> {
  const source = rowsOf(table, [id, ...properties]);
  const changes = properties.map((property) => `${columnOf(table, property).name} = changed."${property}"`);
  const sql = `update ${table} set ${changes.join(', ')} from ${source.sql} as changed where ${table}.${columnOf(table, id).name} = changed."${id}"`;
  return { source, sql };
}
