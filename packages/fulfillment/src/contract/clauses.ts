import { afterAll, describe, expect, test } from 'vitest';

/** What an other side cannot be asked, each with the reason: `section: title` of a clause, or a whole section. */
export type Exclusions = Readonly<Record<string, string>>;

/** A contract in the making: its clauses are tests, those that are excluded are skipped with the reason. */
export interface Clauses {
  section(title: string, body: () => void): void;
  clause(title: string, check: () => Promise<void>): void;
}

/** An exclusion that is for nothing fails: what was renamed must not be lost. */
export function describeContract(name: string, exclusions: Exclusions, body: (clauses: Clauses) => void): void {
  describe(name, () => {
    const unknown = new Set(Object.keys(exclusions));
    const reasonFor = (title: string) => {
      unknown.delete(title);
      return exclusions[title];
    };
    let section = '';
    body({
      section(title, inner) {
        // vitest runs this when the body has ended.
        describe(title, () => {
          section = title;
          inner();
        });
      },
      clause(title, check) {
        const reason = reasonFor(`${section}: ${title}`) ?? reasonFor(section);
        if (reason === undefined) test(title, check);
        else test(title, (context) => context.skip(reason));
      },
    });
    afterAll(() => expect([...unknown], 'exclusions of no clause').toEqual([]));
  });
}
