//! Changes that are visible only in the lock.

use super::{Bump, Rule, Verdict};

declare! {
    /// The rules of locks.
    LOCK_RULES, in_lock: true;

    SENTINEL_CHANGED: "The sentinel or the default of a field changed", [Ok Ok Breaks], [Major Major];
    "Queries that exclude the old sentinel count the new one as a value.";
    "Keep the sentinel, or add a field with a new name.";

    UNIT_CHANGED: "The unit of a field changed", [Ok Ok Breaks], [Major Major];
    "Old and new rows of one column cannot be compared.";
    "Add a field whose name has the new unit.";

    BUCKET_EDGES_CHANGED: "The edges of buckets changed", [Ok Ok Breaks], [Major Major];
    "A row of an old bucket cannot be assigned to a new one.";
    "Add a field with a new name for the new buckets.";

    LABEL_ADDED: "A label was added", [Ok Ok Caution], [Minor Minor];
    "The schema has free text, but readers know the labels.";
    "Inform readers of the new label.";

    LABEL_REMOVED: "A label was removed", [Ok Ok Breaks], [Major Major];
    "Queries for the label find no new rows, and no validator reports it.";
    "Keep the label, or use the next major version.";

    LABEL_RENAMED: "A label was renamed", [Ok Ok Breaks], [Major Major];
    "Queries for the old label find no new rows, and no validator reports it.";
    "Keep the label, or use the next major version.";

    SENT_VALUE_ADDED: "An event sends a value that it did not send before", [Ok Ok Caution], [Minor Minor];
    "The document already has the value, but readers of the event do not know it.";
    "Inform readers of the new value.";

    ENUM_VALUE_RETIRED: "A value of an enum was retired", [Ok Ok Ok], [Minor Minor];
    "Servers still accept the value, and producers do not send it any more.";
    "Remove the value in a later minor version.";

    RETIRED_VALUE_REMOVED: "A retired value was removed from an enum", [Breaks Ok Ok], [Minor Major];
    "A released version has declared that no producer sends the value.";
    "Keep the old version registered until its producers are gone.";

    FIELD_RETIRED: "A field was retired", [Ok Ok Caution], [Minor Minor];
    "Producers send only the sentinel from now on.";
    "Inform readers, and remove the field in a later major version.";

    PRIVACY_CLASS_RAISED: "The privacy class of a field rose", [Ok Ok Ok], [Minor Minor], sign_off;
    "The values can contain more about the user than before.";
    "Have a reviewer for privacy check the reason; the digest of the disclosure changes.";

    PRIVACY_CLASS_LOWERED: "The privacy class of a field fell", [Ok Ok Ok], [None None];
    "The values can contain less about the user than before.";
    "Keep the version.";

    SINCE_INVALID: "A field or a value is newer than its event", [Ok Breaks Ok], [Forbidden Forbidden];
    "The schema of the version that the payload names does not have it, so servers refuse the payload.";
    "Raise the version of the event to the version in `since`.";

    UNKNOWN_VALUE_SENT: "A producer can send a value that the document does not have", [Ok Breaks Ok], [Forbidden Forbidden];
    "The server refuses each payload with this value, and the client does not send it again.";
    "Add the value to the enum of the document, or remove it from the product.";

    CLIENT_RANGE_CHANGED: "The range that producers keep changed", [Ok Ok Caution], [Minor Minor];
    "The smallest or the largest recorded value moves, although the schema is equal.";
    "Inform readers of the new ends of the range.";

    LIMIT_CHANGED: "The limit of an event changed", [Ok Ok Caution], [Minor Minor];
    "Counts of rows before and after the change cannot be compared.";
    "Inform readers of the new limit.";

    LOCK_FACT_REMOVED: "The lock no longer has a fact of a field or an event", [Ok Ok Breaks], [Forbidden Forbidden];
    "Without the fact, later changes of it are not reported.";
    "Write the lock again with the same version of the runtime.";

    DISCLOSURE_CHANGED: "The digest of the disclosure changed", [Ok Ok Ok], [None None];
    "Users are asked again when the data changes that they agreed to.";
    "Raise the version of the prompt.";

    NOTES_CHANGED: "A note for readers and reviewers changed", [Ok Ok Ok], [None None];
    "`why`, the reason for free text, owner, review and expiry are not part of a payload.";
    "Keep the version.";
}
