import { currentPlacement, dividedInto, entryForTarget, isAmendmentOpen, notApplied } from '@pipeline/fulfillment';
import { topics, type LedgerEntry, type Placement } from '@pipeline/schemas';
import { EXHAUSTED } from '@pipeline/streams';
import { describeDuration } from '../duration.ts';
import type { Story } from './story.ts';
import { behindOf, fromBehind, fromLetter, machine, nothing, openLetters, person, type Verdict } from './verdict.ts';

/** An attempt whose outcome is not known is settled after this long, with the default settings and some reserve. */
const DOUBT_MS = 150_000;

const confirmAgain = 'To have it judged again, set it to Open and to Confirmed in commercetools.';

const confirmIt =
  'Set it to Confirmed in commercetools when it is to be placed. If it is Confirmed already, set it to Open and back.';

/** Reasons of `skipped` → what it means and what brings it on. `excluded:…` is apart. */
const skips: Readonly<Record<string, Verdict>> = {
  'not-confirmed': machine(
    'its confirmation: it was not Confirmed when it was judged.',
    'Set it to Confirmed in commercetools when it is to be placed.',
  ),
  'before-activation': nothing(
    'nothing: it was confirmed before PLACE_CONFIRMED_SINCE and counts as history.',
    confirmAgain,
  ),
  'already-fulfilled': nothing('nothing: it showed goods as sent, or deliveries or returns, when it was judged.'),
  'imported-history': nothing('nothing: it was imported and is older than the limit.', confirmAgain),
  'nothing-to-fulfill': machine(
    'lines with a quantity: it has none.',
    'Once the order has some, it is judged again by itself.',
  ),
  'no-shipping': machine(
    'a shipping address or method: it has none.',
    'Once the order has one, it is judged again by itself.',
  ),
  'awaiting-payment': machine(
    'its payment: its payment state is in PLACEMENT_HOLD_WAIT.',
    'Look at the payment state in commercetools. A change of it places the order.',
  ),
  'late-confirmed': nothing('nothing: it was cancelled at a newer version.'),
  'cancelled-before-placed': nothing('nothing: it was cancelled before it was placed.'),
  'not-a-confirmation': machine('its confirmation: what came is none.', confirmAgain),
  'order-gone': nothing('nothing: commercetools does not have it any more.'),
  'adopt-not-found': person(
    'a person: it names a fulfillmenttools order that does not exist.',
    'Empty the field fft_order_id in commercetools, then set the order to Open and to Confirmed.',
  ),
  'adopt-not-ours': person(
    'a person: it names a fulfillmenttools order that belongs to another order.',
    'Empty the field fft_order_id in commercetools, then set the order to Open and to Confirmed.',
  ),
  'reconfirmed-after-cancel': person(
    'a person: it was confirmed again after its fulfillmenttools order was cancelled.',
    'Place it at fulfillmenttools by hand.',
  ),
};

/** What keeps the order from being at fulfillmenttools as it should be; undefined: nothing does. */
export function placementVerdict(story: Story, now: number): Verdict | undefined {
  const { ledger } = story;
  const targets = dividedInto(ledger?.value);
  if (!ledger || targets.length === 0) return wholeVerdict(story, now);
  const verdicts = targets.flatMap((target): Verdict[] => {
    const value = entryForTarget(ledger.value, target);
    const verdict = wholeVerdict({ ...story, ledger: { ...ledger, value } }, now);
    return verdict ? [{ ...verdict, waitsFor: `target ${target}: ${verdict.waitsFor}` }] : [];
  });
  return (
    verdicts.find(({ on }) => on === 'person') ??
    verdicts.find(({ on }) => on === 'machine') ??
    (verdicts.length === targets.length ? verdicts[0] : undefined)
  );
}

function wholeVerdict(story: Story, now: number): Verdict | undefined {
  const entry = story.ledger?.value;
  const placement = currentPlacement(entry);
  if (!entry || !placement) return unplaced(story);
  // A redrive, or a newer version, that is on its way.
  const behind = behindOf(story, 'order-router');
  const verdict = withGivenUp(story, placement, placedVerdict({ story, entry, placement, now }));
  return verdict && verdict.on !== 'machine' && behind ? fromBehind(behind) : verdict;
}

/** Nobody has it in hand any more, when a call that it needs was given up. */
function withGivenUp(story: Story, { status }: Placement, verdict: Verdict | undefined): Verdict | undefined {
  const letter = openLetters(story, ['order-router']).find((open) => open.letter.errorCode === EXHAUSTED);
  return letter && (verdict?.on === 'machine' || status === 'cancelRefused') ? fromLetter(letter) : verdict;
}

interface Placed {
  readonly story: Story;
  readonly entry: LedgerEntry;
  readonly placement: Placement;
  readonly now: number;
}

function placedVerdict({ story, entry, placement, now }: Placed): Verdict | undefined {
  const { status, reason, attempt, lock, erasure } = placement;
  const age = now - entry.updatedAt;
  switch (status) {
    case 'skipped': {
      // What cannot be mapped is skipped and parked.
      const [letter] = openLetters(story, ['order-router']);
      return letter?.letter.errorCode === reason ? fromLetter(letter) : fromSkip(reason ?? '');
    }
    case 'placing':
      return age < DOUBT_MS
        ? machine(
            `fulfillmenttools: attempt ${attempt} was begun ${describeDuration(age)} ago and its outcome is not on record yet.`,
            'Wait. After a crash or a time-out it is searched for and sent again after about two minutes. Do not place it by hand.',
          )
        : machine(
            `fulfillmenttools: the outcome of attempt ${attempt}, begun ${describeDuration(age)} ago, is still not known.`,
            'Does order-router run? Look for this key in its log ("order in doubt", "will try again") and at pipeline_breaker_state. Do not place it by hand.',
          );
    case 'released':
      return machine(
        'order-router: the process that had it was stopped before it sent anything, and the next one takes it up.',
        'Does order-router run, and is its /readyz 200?',
      );
    case 'rejected': {
      const [letter] = openLetters(story, ['order-router']);
      return letter
        ? fromLetter(letter)
        : person(
            `a person: it was not placed (${reason ?? 'no reason on record'}), nor since.`,
            'Correct the order or the facility, then redrive its dead letter (npm run ops -- dlq list --service order-router), with --again if it was sent back before.',
          );
    }
    case 'cancelling':
      return machine(
        `fulfillmenttools: it is being cancelled since ${describeDuration(age)}.`,
        'It is tried again by itself. If it takes long, look for this key in the log of order-router.',
      );
    case 'cancelRefused':
      return person(
        `a person: it was cancelled in commercetools, but fulfillmenttools works on it already (${reason ?? 'no reason given'}).`,
        'Stop it in the store.',
      );
    case 'gone':
      return nothing('nothing: it was deleted in commercetools after goods had left.');
    case 'placed':
    case 'cancelled':
      return lock === 'unlockRefused' || erasure === 'erasureRefused'
        ? refusedLater(placement)
        : (locked(placement) ?? amended(placement));
    case 'unknown':
      return undefined;
  }
}

function refusedLater({ lock, providerOrderId }: Placement): Verdict {
  return lock === 'unlockRefused'
    ? person(
        `a person: it is paid, but fulfillmenttools keeps its order ${providerOrderId} locked.`,
        'Unlock it at fulfillmenttools, or remove the cause and redrive its dead letter unlock-refused.',
      )
    : person(
        'a person: it was deleted with data erasure, but personal data stays at fulfillmenttools.',
        'Erase it there, or remove the cause and redrive its dead letter erasure-refused.',
      );
}

function locked({ status, lock, providerOrderId }: Placement): Verdict | undefined {
  if (status !== 'placed') return undefined;
  if (lock === 'payment')
    return machine(
      `its payment: it is at fulfillmenttools as ${providerOrderId}, but locked.`,
      'Look at the payment state in commercetools. A change of it unlocks the order.',
    );
  if (lock === 'routing')
    return person(
      `a person: it is at fulfillmenttools as ${providerOrderId}, but locked, since its shipping method is not known.`,
      'Unlock it at fulfillmenttools, and add the method to SHIP_FROM_STORE_METHODS or CLICK_AND_COLLECT_METHODS.',
    );
  if (lock === 'unlocking')
    return machine(`fulfillmenttools: its order ${providerOrderId} is being unlocked.`, 'It is tried again by itself.');
  return undefined;
}

function amended(placement: Placement): Verdict | undefined {
  const { status, providerOrderId } = placement;
  if (status !== 'placed') return undefined;
  const open = notApplied(placement);
  if (open.length > 0)
    return person(
      `a person: amendment-not-applied (${open.map(({ part, reason }) => `${part}: ${reason}`).join(', ')}): the shop changed it, but fulfillmenttools order ${providerOrderId} is as it was.`,
      'Change it at fulfillmenttools by hand; what each reason asks for is in docs/guides/amendments.md.',
    );
  return isAmendmentOpen(placement)
    ? machine(`fulfillmenttools: its order ${providerOrderId} is being changed.`, 'It is tried again by itself.')
    : undefined;
}

function fromSkip(reason: string): Verdict {
  const known = Object.hasOwn(skips, reason) ? skips[reason] : undefined;
  if (known) return known;
  return reason.startsWith('excluded:')
    ? nothing(
        `nothing: it is kept out by PLACEMENT_EXCLUDE_* (${reason}).`,
        'Change the setting, or the order: a newer version is judged again.',
      )
    : nothing(`nothing: it is not to be placed (${reason || 'no reason on record'}).`, confirmAgain);
}

/** The ledger does not know it. */
function unplaced(story: Story): Verdict {
  const [letter] = openLetters(story);
  if (letter) return fromLetter(letter);
  for (const service of ['order-router', 'ingest-ct']) {
    const behind = behindOf(story, service);
    if (behind) return fromBehind(behind);
  }
  const has = (topic: { readonly name: string }): boolean =>
    story.happenings.some(({ place }) => place.topic === topic.name);
  if (has(topics.commerceOrders))
    return machine(
      'a confirmation: order-router has finished with what came about it, and there was nothing to place.',
      confirmIt,
    );
  if (has(topics.commercetoolsNotifications))
    return machine('a confirmation: none of its notifications says that it is Confirmed.', confirmIt);
  return person(
    'nothing of ours: fulfillmenttools told of it, but commercetools never did, as far back as was read.',
    'Did other middleware place it? Else look at the subscription of commercetools. --since reads further back.',
  );
}
