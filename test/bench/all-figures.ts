import { itself, type Figure } from '#test/bench/figures.ts';

/** In the order of the report, with what is to be reached on two cores that PostgreSQL, Redis and the workers share. */
export const figures: readonly Figure[] = [
  { name: 'limit', unit: 'orders/s' },
  { name: 'single', unit: 'orders/s', ratios: [{ to: 'limit' }] },
  {
    name: 'orders',
    unit: 'orders/s',
    ratios: [
      { to: 'limit', atLeast: 0.5 },
      { to: 'single', atLeast: 2 },
    ],
  },
  { name: 'orders-without-events', unit: 'orders/s' },
  {
    name: 'orders-told',
    unit: 'orders/s',
    ratios: [{ to: 'orders-without-events', atLeast: 0.95 }, { to: 'orders' }],
  },
  {
    name: 'orders-two-workers',
    unit: 'orders/s',
    ratios: [
      { to: 'limit', atLeast: 0.5 },
      { to: 'single', atLeast: 2 },
    ],
  },
  { name: 'queue', unit: 'no-op jobs/s', ratios: [{ to: 'limit' }] },
  { name: 'orders-rendering', unit: 'orders/s', ratios: [{ to: 'limit' }] },
  { name: 'orders-rendering-two-workers', unit: 'orders/s', ratios: [{ to: 'limit' }] },
  { name: 'queue-embedded', unit: 'no-op jobs/s' },
  {
    name: 'orders-embedded',
    unit: 'orders/s',
    ratios: [{ to: 'limit' }, { to: 'single', atLeast: 0.3 }, { to: 'queue-embedded', atLeast: 0.6 }],
  },
  { name: 'registrations-limit', unit: 'registrations/s' },
  { name: 'registrations', unit: 'registrations/s', ratios: [{ to: 'registrations-limit', atLeast: 0.5 }] },
  { name: 'merges-limit', unit: 'merges/s' },
  { name: 'merges', unit: 'merges/s', ratios: [{ to: 'merges-limit', atLeast: 0.5 }] },
  { name: 'change-requests', unit: 'changes/s', ratios: [{ to: 'merges' }] },
  { name: 'intake', unit: 'orders/s', ratios: [{ to: 'orders', atLeast: 1 }] },
  { name: 'feed', unit: 'rows/s', ratios: [{ to: 'orders' }] },
  { name: 'commit', unit: 'ms', digits: 2 },
  { name: 'queue-idle-p50', unit: 'ms', digits: 1, ratios: [{ to: 'commit' }] },
  { name: 'latency-idle-p50', unit: 'ms', digits: 1, ratios: [{ to: 'commit', atMost: 6 }] },
  { name: 'latency-idle-p99', unit: 'ms', digits: 1, ratios: [{ to: 'commit', atMost: 15 }] },
  { name: 'latency-half-p50', unit: 'ms', digits: 1, ratios: [{ to: 'commit' }] },
  { name: 'latency-half-p99', unit: 'ms', digits: 1, ratios: [{ to: 'commit', atMost: 40 }] },
  { name: 'bare-pdfkit', unit: 'pages/s of a core' },
  { name: 'certificates', unit: 'PDFs/s of a core', ratios: [{ to: 'bare-pdfkit', atLeast: 0.7 }] },
  {
    name: 'memory-importer',
    unit: 'MB',
    ratios: [{ to: itself, atMost: 200 }, { to: 'memory-importer-first-tenth' }],
  },
  { name: 'memory-importer-first-tenth', unit: 'MB' },
  {
    name: 'memory-worker',
    unit: 'MB',
    ratios: [{ to: itself, atMost: 200 }, { to: 'memory-worker-first-tenth' }],
  },
  { name: 'memory-worker-first-tenth', unit: 'MB' },
  { name: 'growth-10000', unit: 'orders/s' },
  { name: 'growth-1000000', unit: 'orders/s', ratios: [{ to: 'growth-10000' }] },
  { name: 'growth-5000000', unit: 'orders/s', ratios: [{ to: 'growth-10000', atLeast: 0.85 }] },
];
