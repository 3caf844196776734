"""The contract's own lists, written out, so that a test holds the answers against them."""

WORKLIST_KEYS = {
    "rank", "study_instance_uid", "accession_number", "patient_id", "patient_name", "modality", "body_part", "study_description",
    "images", "received_at", "completed_at", "waiting_seconds", "state", "category", "urgency", "due_at", "order_priority",
    "patient_class", "findings", "unscored_reason", "reasons", "next_step", "conflicts", "model", "draft_report",
    "reader", "pinned_by", "location",
}
EXPLAIN_KEYS = WORKLIST_KEYS | {"index", "terms", "formula", "inputs", "engine", "history", "draft", "narrative", "order", "instances", "calibrated"}
SCORE_KEYS = {
    "file", "sop_instance_uid", "findings", "logits", "urgency", "category", "unscored_reason", "model", "engine", "milliseconds",
}
STATES = {"receiving", "queued", "scored", "unscored", "reading", "reported"}
CATEGORIES = {"critical", "urgent", "routine", "likely-normal", "unscored"}
DONE = {"scored", "unscored", "reported"}

# TQ1-9 (HL7 table 0485) of a category; the order's own priority counts where it is more urgent.
PRIORITY_OF_CATEGORY = {"critical": "S", "urgent": "A", "routine": "R", "likely-normal": "R"}
PRIORITY_OF_ORDER = {"STAT": "S", "ASAP": "A", "ROUTINE": "R"}


def priority_of(item):
    """The TQ1-9 that the feed has to carry for an item of the list: the more urgent of the two."""
    ordered = PRIORITY_OF_ORDER[item["order_priority"]]
    return min(ordered, PRIORITY_OF_CATEGORY.get(item["category"], ordered), key="SAR".index)
