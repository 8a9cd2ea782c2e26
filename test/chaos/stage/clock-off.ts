/**
 * Loaded into a process before its program (`--import`), as `clock-off.ts?hours=1`: its wall clock is so many hours ahead, or behind when
 * they are negative; the monotonic one is not touched.
 */
const offsetMs = Number(new URL(import.meta.url).searchParams.get('hours')) * 3_600_000;
const now = () => RealDate.now() + offsetMs;
const RealDate = Date;

Reflect.set(
  globalThis,
  'Date',
  new Proxy(RealDate, {
    construct: (target, parameters: readonly unknown[], newTarget) =>
      Reflect.construct(target, parameters.length === 0 ? [now()] : [...parameters], newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, property): unknown => (property === 'now' ? now : Reflect.get(target, property)),
  }),
);
