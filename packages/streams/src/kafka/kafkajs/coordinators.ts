interface Coordinator {
  isConnected(): boolean;
}

interface Ask {
  readonly groupId: string;
  readonly coordinatorType?: number;
}

/** The part of kafkajs's connections to a cluster that finds coordinators. */
export interface ClusterClass {
  readonly prototype: { findGroupCoordinator(ask: Ask): Promise<Coordinator> };
}

/** Of `coordinatorType`, in Kafka's protocol. */
const TRANSACTION = 1;
/** Long against a transaction, short against a move: a producer that asked the wrong broker repeats for some seconds. */
const KNOWN_FOR_MS = 1_000;

/**
 * Lets a producer remember who coordinates its transactions, for a second. kafkajs asks twice in each transaction, which
 * makes five requests one after another of three. When the coordinator has moved meanwhile, a commit fails as when it
 * moves right after the question.
 */
export function rememberCoordinators({ prototype }: ClusterClass, now: () => number = Date.now): void {
  const { findGroupCoordinator } = prototype;
  const known = new WeakMap<object, { ask: Ask; coordinator: Coordinator; until: number }>();

  prototype.findGroupCoordinator = async function (this: object, ask: Ask): Promise<Coordinator> {
    if (ask.coordinatorType !== TRANSACTION) return findGroupCoordinator.call(this, ask);
    const last = known.get(this);
    if (last?.ask.groupId === ask.groupId && now() < last.until && last.coordinator.isConnected()) {
      return last.coordinator;
    }
    const coordinator = await findGroupCoordinator.call(this, ask);
    known.set(this, { ask, coordinator, until: now() + KNOWN_FOR_MS });
    return coordinator;
  };
}
