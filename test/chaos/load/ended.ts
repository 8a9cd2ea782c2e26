/** Something that was begun and ended; instants in milliseconds since the epoch. */
export interface Ended {
  readonly begunAt: number;
  readonly endedAt: number;
}
