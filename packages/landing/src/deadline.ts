/** The work's result, or `late` when it takes longer; what it does after that is not heard. */
export async function settleWithin<Result>(work: Promise<Result>, ms: number, late: Result): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<Result>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms), late);
  });
  return Promise.race([work, passed]).finally(() => clearTimeout(timer));
}
