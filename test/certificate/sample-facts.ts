import type {
  CertificateFacts,
  CertificateLine,
  MergeCertificateFacts,
  UpgradeCertificateFacts,
} from '#src/domain/certificate-facts.ts';

/** ACME's upgrade of examples/orders.csv: two products retained, the other thirteen of the suite await registration. */
export function upgradeFacts(changes: Partial<UpgradeCertificateFacts> = {}): UpgradeCertificateFacts {
  return {
    kind: 'upgrade',
    layout: 2,
    secret: 'c2VjcmV0LW9mLXNhbXBsZX',
    number: 'LC-2026-0000001',
    version: 1,
    issuedOn: '2026-11-22',
    reseller: 'Northwind Distribution',
    orderNumber: 'PO-2026-0001',
    customer: {
      account: 'acme',
      company: 'ACME GmbH',
      contact: 'IT Purchasing',
      email: 'it@acme.example',
      country: 'DE',
    },
    registrationKey: 'SP-7K2M-RD4W-H8QN-9XQ4',
    suite: { code: 'SPC', name: 'Smart Protection Complete' },
    seats: 250,
    validThrough: '2027-11-30',
    lines: COMPLETE.map((component, index) => lineOf(component, index)),
    ...changes,
  };
}

/** The same facts as they were written before there was a layout 2. */
export function inLayout1(facts: CertificateFacts): CertificateFacts {
  if (facts.kind === 'upgrade') {
    const { secret: _, ...rest } = facts;
    return { ...rest, layout: 1 };
  }
  const { secret: _, ...rest } = facts;
  return { ...rest, layout: 1 };
}

/** The first `count` of the lines that `upgradeFacts` has, and as many more as are asked for. */
export function lines(count: number): readonly CertificateLine[] {
  return Array.from({ length: count }, (_, index) =>
    lineOf(COMPLETE[index] ?? `Further Product ${index + 1}`, index),
  );
}

/** Two bakeries' licenses of one service, merged. */
export function mergeFacts(changes: Partial<MergeCertificateFacts> = {}): MergeCertificateFacts {
  return {
    kind: 'merge',
    layout: 2,
    secret: 'c2VjcmV0LW9mLXNhbXBsZX',
    number: 'LC-2026-0000007',
    version: 1,
    issuedOn: '2026-11-22',
    reseller: 'Northwind Distribution',
    orderNumber: 'MR-2026-0003',
    customer: {
      account: 'bakery',
      company: 'Bakery on the Corner',
      email: 'hello@bakery.example',
      country: 'US',
    },
    mergeKind: 'service',
    product: { pid: '100502EN01', name: 'WFBS-SVC' },
    survivor: {
      activationCode: 'WS-4NVX-K9TQH-3WMPZ-7CJGY-R2BDE-8FAU5',
      account: 'bakery',
      pid: '100502EN01',
      seats: 40,
      validThrough: '2027-03-31',
      previousSeats: 10,
      previouslyValidThrough: '2027-06-30',
    },
    merged: [
      {
        activationCode: 'WS-7TPQ-2XMWK-H9NZC-4VJGY-B6RDE-5FAU8',
        account: 'bakery-uptown',
        pid: '100502EN01',
        seats: 0,
        validThrough: '2027-02-28',
        previousSeats: 30,
        previouslyValidThrough: '2027-02-28',
      },
    ],
    ...changes,
  };
}

const COMPLETE = [
  'OfficeScan',
  'Control Manager',
  'Endpoint Application Control',
  'Vulnerability Protection',
  'Endpoint Encryption',
  'Mobile Security',
  'Security for Mac',
  'ScanMail for Microsoft Exchange',
  'ScanMail for IBM Domino',
  'InterScan Messaging Security Virtual Appliance',
  'Hosted Email Security',
  'InterScan Web Security Virtual Appliance',
  'InterScan Web Security as a Service',
  'PortalProtect',
  'IM Security',
];

function lineOf(component: string, index: number): CertificateLine {
  const pid = `${100101 + index}EN01`;
  switch (index) {
    case 0:
      return {
        component,
        pid: '100101DE02',
        action: 'retained',
        activationCode: 'OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY',
        seats: 250,
        previousSeats: 200,
        validThrough: '2027-11-30',
        previouslyValidThrough: '2027-03-31',
        notes: [],
      };
    case 7:
      return {
        component,
        pid: '100201DE01',
        action: 'retained',
        activationCode: 'SX-3F8P-KD6YH-2MWQ9-TXJ4V-G7BCN-5RZEU',
        seats: 250,
        previousSeats: 180,
        validThrough: '2027-11-30',
        previouslyValidThrough: '2026-06-30',
        notes: [{ code: 'WAS_EXPIRED', message: 'The code had expired and is active again.' }],
      };
    case 4:
      return {
        component,
        pid,
        action: 'issued',
        activationCode: 'EE-2WTK-7PXQN-M4HZC-8VGJY-3RBDE-6FAU9',
        seats: 250,
        validThrough: '2027-11-30',
        notes: [],
      };
    default:
      return { component, pid, action: 'awaiting-registration', notes: [] };
  }
}
