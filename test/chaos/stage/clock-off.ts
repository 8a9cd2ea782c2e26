/** Loaded into a process before its program (`--import`): its wall clock is an hour ahead; the monotonic one is not touched. */
const offsetMs = 3_600_000;
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
