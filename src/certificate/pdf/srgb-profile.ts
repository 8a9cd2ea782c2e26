/**
 * The sRGB colour space as an ICC profile (version 4.2, matrix and curve), for the output intent that PDF/A asks for.
 * Written out of the numbers of IEC 61966-2-1, so that no binary file has to be trusted.
 */
export function srgbProfile(): Buffer {
  const curve = parametricCurve([2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]);
  const tags: readonly (readonly [name: string, data: Buffer])[] = [
    ['desc', unicodeText('sRGB IEC61966-2.1')],
    ['cprt', unicodeText('No copyright, use freely')],
    ['wtpt', xyz(D50)],
    [
      'chad',
      fixedArray([1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168]),
    ],
    ['rXYZ', xyz([0.43607, 0.22249, 0.01392])],
    ['gXYZ', xyz([0.38515, 0.71687, 0.09708])],
    ['bXYZ', xyz([0.14307, 0.06061, 0.7141])],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  return assemble(tags);
}

const D50 = [0.9642, 1, 0.8249];

function assemble(tags: readonly (readonly [name: string, data: Buffer])[]): Buffer {
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  const body: Buffer[] = [];
  let offset = 128 + table.length;
  tags.forEach(([name, data], index) => {
    const at = 4 + 12 * index;
    table.write(name, at, 'latin1');
    table.writeUInt32BE(offset, at + 4);
    table.writeUInt32BE(data.length, at + 8);
    body.push(data);
    offset += data.length;
  });
  return Buffer.concat([header(offset), table, ...body]);
}

function header(size: number): Buffer {
  const header = Buffer.alloc(128);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(0x04200000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  // The date of the standard's first edition: a profile has to have one.
  [1999, 10, 1, 0, 0, 0].forEach((part, index) => header.writeUInt16BE(part, 24 + 2 * index));
  header.write('acsp', 36, 'latin1');
  D50.forEach((value, index) => header.writeInt32BE(fixed(value), 68 + 4 * index));
  return header;
}

function xyz(values: readonly number[]): Buffer {
  return typed('XYZ ', values.map(fixed));
}

function fixedArray(values: readonly number[]): Buffer {
  return typed('sf32', values.map(fixed));
}

/** Function type 3: a straight piece below the last value, a power above it. */
function parametricCurve(values: readonly number[]): Buffer {
  return typed('para', [3 * 0x10000, ...values.map(fixed)]);
}

function unicodeText(text: string): Buffer {
  const letters = Buffer.from(text, 'utf16le').swap16();
  const head = typed('mluc', [1, 12, 0x656e5553, letters.length, 28]);
  const padding = Buffer.alloc((4 - (letters.length % 4)) % 4);
  return Buffer.concat([head, letters, padding]);
}

function typed(type: string, values: readonly number[]): Buffer {
  const data = Buffer.alloc(8 + 4 * values.length);
  data.write(type, 0, 'latin1');
  values.forEach((value, index) => data.writeInt32BE(value, 8 + 4 * index));
  return data;
}

function fixed(value: number): number {
  return Math.round(value * 0x10000);
}
