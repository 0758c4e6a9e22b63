const span = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Rows of the fault matrix that must be proven here, each exactly once. */
export const required: readonly number[] = [
  ...span(1, 31),
  ...span(33, 41),
  ...span(43, 51),
  ...span(54, 60),
  ...span(61, 72),
  79,
  ...span(82, 84),
  // Beyond the matrix: what members of a group owe each other, what a writer has shown without a record of it or woke too late
  // to show, and facilities.
  ...span(101, 108),
];

/** Rows of these that nobody has defined yet. It is to become empty. */
export const pending: readonly number[] = [];
