/** One thing the product must do, and where that is written or was measured. */
export interface Requirement {
  /** Area and subject, e.g. `chat.role-once`. */
  readonly id: string;
  /** The specification, vendor document or observed client behaviour it comes from. */
  readonly source: string;
  readonly text: string;
}
