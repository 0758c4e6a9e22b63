export interface CloudEventAttributes {
  /** Unique within `source`. */
  readonly id: string;
  readonly type: string;
  /** URI reference of where it happened. */
  readonly source: string;
  readonly time: Date;
}

/** Attributes as Kafka headers: CloudEvents 1.0, Kafka protocol binding, binary mode. */
export function cloudEventHeaders({ id, type, source, time }: CloudEventAttributes) {
  return { ce_specversion: '1.0', ce_id: id, ce_type: type, ce_source: source, ce_time: time.toISOString() };
}
