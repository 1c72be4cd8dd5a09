// The ledger's kinds of entry, in words a newcomer understands.

const kinds = {
  "request.created": ["ask", "The agent asked"],
  "request.displayed": ["eye", "Card shown to people"],
  "request.approved": ["check", "Request approved", "good"],
  "request.denied": ["cross", "Request denied", "bad"],
  "request.expired": ["clock", "Time ran out", "warn"],
  "request.cancelled": ["ban", "Request cancelled", "warn"],
  "request.escalated": ["up", "Escalated", "warn"],
  "request.reminded": ["bell", "People reminded"],
  "decision.approved": ["check", "A person approved", "good"],
  "decision.rejected": ["cross", "A person rejected", "bad"],
  "decision.refused": ["ban", "A click was refused", "warn"],
  "question.asked": ["question", "A person asked back"],
  "question.answered": ["question", "The agent answered"],
  "grant.issued": ["key", "One-time grant issued"],
  "grant.consumed": ["bolt", "Grant used: action runs", "good"],
  "grant.refused": ["ban", "Grant refused", "warn"],
  "grant.revoked": ["ban", "Grant revoked", "warn"],
  "execution.reported": ["flag", "Outcome reported"],
  "config.proposed": ["pencil", "Change proposed"],
  "config.changed": ["gear", "Settings changed"],
  "person.linked": ["link", "Accounts linked"],
  "person.unlinked": ["link", "Accounts unlinked"],
  "key.created": ["key", "Key created"],
  "key.rotated": ["key", "Key rotated"],
  "export.created": ["export", "Export made"],
  "erasure.performed": ["eraser", "Content erased"],
  "ledger.heartbeat": ["pulse", "Heartbeat"],
};

/** Icon, words and tone (`good`, `bad`, `warn` or empty) of a kind; an unknown kind keeps its own name. */
export function kindWords(kind) {
  const [sign, words, tone = ""] = kinds[kind] ?? ["dot", kind];
  return { sign, words, tone };
}
