/** How many calendar days a change may come after, or before, what it is about (rules §8.1). */
export interface ChangeWindows {
  /** From the day on which the target was fulfilled to the day on which its return was accepted. */
  readonly returnDays: number;
  readonly undoMergeDays: number;
  /** From the day on which a renewal was accepted to the present end. */
  readonly renewEarlyDays: number;
  /** From the present end to the day on which the renewal was accepted. */
  readonly renewLateDays: number;
}

export const defaultChangeWindows: ChangeWindows = {
  returnDays: 14,
  undoMergeDays: 14,
  renewEarlyDays: 90,
  renewLateDays: 90,
};
