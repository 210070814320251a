//! Changes that are visible in the registry document.

use super::{Bump, Rule, Verdict};

declare! {
    /// The rules of documents.
    DOCUMENT_RULES, in_lock: false;

    DESC_CHANGED: "A description changed", [Ok Ok Ok], [None None];
    "No validator evaluates a description.";
    "Keep the version; check that the new text does not describe another meaning.";

    ORDER_CHANGED: "The order of keys, values or events changed", [Ok Ok Ok], [None None];
    "JSON objects have no order, and an enum is a set.";
    "Keep the version; keep the order of the published document where you can.";

    VERSION_ONLY: "Only the version changed", [Ok Ok Ok], [None None];
    "The version of the document is shared by all events, so it may rise without a change here.";
    "Register the document under its new version.";

    VERSION_LOWERED: "The version became lower", [Ok Ok Breaks], [Forbidden Forbidden];
    "Versions are pairs of numbers and only rise: 1.10 is later than 1.9.";
    "Use a version that is later than every released one.";

    META_CHANGED: "A fact about the document or an event's service changed", [Ok Ok Ok], [None None];
    "No validator and no payload uses these keys.";
    "Keep the version; check that the change is intended.";

    CLIENT_ID_CHANGED: "The client id changed", [Ok Ok Breaks], [Major Major];
    "Readers select the events of a product family by its client id.";
    "Keep the client id, or inform every reader and use the next major version.";

    FIELD_ADDED: "A required field was added", [Breaks Breaks Ok], [Minor Major];
    "Old payloads do not have the field, and old schemas are closed.";
    "Register the new version first and release the producers after it.";

    FIELD_ADDED_OPTIONAL: "An optional field was added", [Ok Breaks Ok], [Forbidden Minor];
    "Every field of an event is required, so that a column never has holes.";
    "List the field in `required` and send a sentinel when the value is unknown.";

    FIELD_REMOVED: "A field was removed", [Breaks Breaks Breaks], [Major Major];
    "Queries that read the field fail.";
    "Keep the field and send its sentinel, or use the next major version.";

    FIELD_RENAMED: "A field was renamed", [Breaks Breaks Breaks], [Major Major];
    "For servers and readers, one field was removed and another one was added.";
    "Add the new name, send both for a time, and remove the old name in a major version.";

    FIELD_TYPE_CHANGED: "The type of a field changed", [Breaks Breaks Breaks], [Major Major];
    "The column of the field has another type.";
    "Add a field with a new name and the new type instead.";

    INT_TO_NUMBER: "An integer became a number", [Ok Breaks Breaks], [Major Major];
    "A column of integers cannot store fractions.";
    "Add a field with a new name and the type number instead.";

    NUMBER_TO_INT: "A number became an integer", [Breaks Ok Breaks], [Major Major];
    "Old payloads contain fractions, and the column has another type.";
    "Add a field with a new name and the type integer instead.";

    RANGE_WIDENED: "A range or a length became wider", [Ok Breaks Ok], [Minor Minor];
    "Old schemas refuse the values outside of the old range.";
    "Register the new version first and release the producers after it.";

    RANGE_NARROWED: "A range or a length became narrower", [Breaks Ok Ok], [Minor Major];
    "The new schema refuses values that old producers send.";
    "Keep the old version registered until its producers are gone.";

    STRING_TO_ENUM: "A free string became an enum", [Breaks Ok Ok], [Minor Major];
    "The new schema refuses every other text of old producers.";
    "Keep the old version registered; this change is good for privacy.";

    ENUM_TO_STRING: "An enum became a free string", [Ok Breaks Ok], [Forbidden Minor], sign_off;
    "A free string can contain personal data.";
    "Add the missing values to the enum, or have the free text approved with --sign-off.";

    ENUM_VALUE_ADDED: "A value was added to an enum", [Ok Breaks Caution], [Minor Minor];
    "Old schemas refuse the value, and readers need a case for unknown values.";
    "Register the new version first and release the producers after it.";

    ENUM_VALUE_REMOVED: "A value was removed from an enum", [Breaks Ok Ok], [Major Major];
    "The new schema refuses payloads of producers that still send the value.";
    "Retire the value for at least one minor version before you remove it.";

    REQUIRED_DROPPED: "A required field became optional", [Ok Breaks Breaks], [Forbidden Major];
    "Columns get holes, and old schemas refuse payloads without the field.";
    "Keep the field in `required` and send its sentinel.";

    REQUIRED_ADDED: "An optional field became required", [Breaks Ok Ok], [Minor Major];
    "Every field of an event is required; this change repairs the schema.";
    "Keep the old version registered until its producers are gone.";

    ADDITIONAL_PROPS_OPENED: "An object accepts unknown fields", [Ok Breaks Breaks], [Forbidden Forbidden];
    "A closed object is a guard for privacy: no field arrives that was not reviewed.";
    "Keep \"additionalProperties\": false and declare each field.";

    ADDITIONAL_PROPS_CLOSED: "An object no longer accepts unknown fields", [Breaks Ok Ok], [Minor Major];
    "Every object of an event is closed; this change repairs the schema.";
    "Keep the old version registered until its producers are gone.";

    MAX_ITEMS_RAISED: "A list may have more items", [Ok Breaks Ok], [Minor Minor];
    "Old schemas refuse longer lists.";
    "Register the new version first and release the producers after it.";

    MAX_ITEMS_LOWERED: "A list may have fewer items", [Breaks Ok Ok], [Minor Major];
    "The new schema refuses longer lists of old producers; new producers cut them.";
    "Keep the old version registered, and inform readers that lists are cut earlier.";

    EVENT_ADDED: "An event was added", [Ok Breaks Ok], [Minor Minor];
    "Old servers do not know the event.";
    "Register the new version first and release the producers after it.";

    EVENT_REMOVED: "An event was removed", [Breaks Ok Breaks], [Major Major];
    "Servers refuse the event of old producers, and queries find no new rows.";
    "Keep the event in the document until its producers are gone.";

    EVENT_RENAMED: "An event was renamed", [Breaks Breaks Breaks], [Major Major];
    "A server finds the schema by the event's name, which the other side does not know: one event was removed and another one was added.";
    "Add an event with the new name and keep the old one until its producers are gone.";

    EVENTS_OVERLAP: "A payload matches two events", [Breaks Breaks Breaks], [Forbidden Forbidden];
    "`oneOf` refuses a payload that matches two events, so every such payload is lost.";
    "Give one of the events a required field that the other one does not have.";

    SHARED_TYPE_CHANGED: "A shared type of several events changed", [Ok Ok Ok], [None None];
    "A change of a shared type is a change of each event that uses it; the parts follow.";
    "Check each listed event; give one event its own type if only that event should change.";

    TYPE_RENAMED: "A field uses a shared type with another name", [Ok Ok Ok], [None None];
    "The name of a shared type is not part of a payload, and both accept the same values.";
    "Keep the version.";

    GDPR_CATEGORY_RAISED: "The category of an event's data rose", [Ok Ok Breaks], [Major Major], sign_off;
    "Users agreed to the old category; no validator sees this change.";
    "Ask the users again, and use the next major version.";

    GDPR_CATEGORY_LOWERED: "The category of an event's data fell", [Ok Ok Ok], [Minor Minor], sign_off;
    "Users have agreed to more than is collected now.";
    "Have a reviewer for privacy confirm the new category.";

    GDPR_TEXT_CHANGED: "The purpose of an event's data changed", [Ok Ok Ok], [None None], sign_off;
    "The text is a part of what users agree to.";
    "Have a reviewer for privacy compare the two texts.";
}
