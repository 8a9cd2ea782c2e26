export interface Listening {
  /** `http://127.0.0.1:8080`: as this machine reaches it. */
  readonly url: string;
  /** Takes no new requests and finishes those under way. */
  close(): Promise<void>;
}

/** An address that means "every one of this machine" is none that a browser opens. */
export function reachable(address: string): string {
  const url = new URL(address);
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = 'localhost';
  return url.origin;
}
