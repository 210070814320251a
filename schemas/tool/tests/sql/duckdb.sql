-- run: One run: it's "quoted", `quoted` and ends with \. Second line; -- not a comment.
CREATE TABLE "run" (
    "client_id" VARCHAR,
    "client_ver" VARCHAR,
    "event_schema_ver" VARCHAR,
    "session_id" VARCHAR,
    "sent_ts" TIMESTAMP,
    "event_ts" TIMESTAMP,
    "sessionId" VARCHAR,
    "client_id_2" VARCHAR,
    "isNew" BOOLEAN,
    "isnew_2" BOOLEAN,
    "tokens" BIGINT,
    "wide" HUGEINT,
    "score" DOUBLE,
    "status" VARCHAR,
    "tags" VARCHAR[],
    "statuses" VARCHAR[],
    "steps" STRUCT("ms" BIGINT, "status" VARCHAR, "a'b""c`d\" VARCHAR)[],
    "a'b""c`d\e/f~g" VARCHAR
);
COMMENT ON TABLE "run" IS 'One run: it''s "quoted", `quoted` and ends with \. Second line; -- not a comment.';
COMMENT ON COLUMN "run"."client_id" IS 'Id of the telemetry client.';
COMMENT ON COLUMN "run"."client_ver" IS 'Version of the product.';
COMMENT ON COLUMN "run"."event_schema_ver" IS 'Schema version of the event.';
COMMENT ON COLUMN "run"."session_id" IS 'Random id of one run of the program.';
COMMENT ON COLUMN "run"."sent_ts" IS 'Time of the request, UTC.';
COMMENT ON COLUMN "run"."event_ts" IS 'Time of the event, UTC.';
COMMENT ON COLUMN "run"."sessionId" IS 'A name that an envelope also has.';
COMMENT ON COLUMN "run"."client_id_2" IS 'The name of a column of the envelope.';
COMMENT ON COLUMN "run"."isNew" IS 'A flag.';
COMMENT ON COLUMN "run"."isnew_2" IS 'The same name for DuckDB.';
COMMENT ON COLUMN "run"."tokens" IS 'A count. Unit: tokens.';
COMMENT ON COLUMN "run"."wide" IS 'More than 64 bits with a sign.';
COMMENT ON COLUMN "run"."status" IS 'Its status. Values: done, it''s, back\slash, undefined.';
COMMENT ON COLUMN "run"."tags" IS 'Tags.';
COMMENT ON COLUMN "run"."statuses" IS 'Statuses. Values: done, it''s, back\slash, undefined.';
COMMENT ON COLUMN "run"."steps" IS 'Steps. ms: Time. Unit: ms. status: Its end. Values: done, it''s, back\slash, undefined. a''b"c`d\: A name with quotes.';
COMMENT ON COLUMN "run"."a'b""c`d\e/f~g" IS 'A name with quotes.';

INSERT INTO "run" (
    "client_id",
    "client_ver",
    "event_schema_ver",
    "session_id",
    "sent_ts",
    "event_ts",
    "sessionId",
    "client_id_2",
    "isNew",
    "isnew_2",
    "tokens",
    "wide",
    "score",
    "status",
    "tags",
    "statuses",
    "steps",
    "a'b""c`d\e/f~g"
)
SELECT
    "clientId",
    "clientVer",
    "eventSchemaVer",
    "sessionId",
    TRY_CAST("sentTs" AS TIMESTAMP),
    TRY_CAST("event"."ts" AS TIMESTAMP),
    json_transform(json_extract("event"."parameters", '/sessionId'), '"VARCHAR"'),
    json_transform(json_extract("event"."parameters", '/client_id'), '"VARCHAR"'),
    json_transform(json_extract("event"."parameters", '/isNew'), '"BOOLEAN"'),
    json_transform(json_extract("event"."parameters", '/isnew'), '"BOOLEAN"'),
    json_transform(json_extract("event"."parameters", '/tokens'), '"BIGINT"'),
    json_transform(json_extract("event"."parameters", '/wide'), '"HUGEINT"'),
    json_transform(json_extract("event"."parameters", '/score'), '"DOUBLE"'),
    json_transform(json_extract("event"."parameters", '/status'), '"VARCHAR"'),
    json_transform(json_extract("event"."parameters", '/tags'), '["VARCHAR"]'),
    json_transform(json_extract("event"."parameters", '/statuses'), '["VARCHAR"]'),
    json_transform(json_extract("event"."parameters", '/steps'), '[{"ms":"BIGINT","status":"VARCHAR","a''b\"c`d\\":"VARCHAR"}]'),
    json_transform(json_extract("event"."parameters", '/a''b"c`d\e~1f~0g'), '"VARCHAR"')
FROM (
    SELECT
        "clientId",
        "clientVer",
        "eventSchemaVer",
        "sessionId",
        "sentTs",
        unnest("events") AS "event"
    FROM read_json(
        'it''s a \ file.ndjson',
        format = 'newline_delimited',
        columns = {
            'clientId': 'VARCHAR',
            'clientVer': 'VARCHAR',
            'eventSchemaVer': 'VARCHAR',
            'sessionId': 'VARCHAR',
            'sentTs': 'VARCHAR',
            'events': 'STRUCT("ts" VARCHAR, "name" VARCHAR, "parameters" JSON)[]'
        }
    )
)
WHERE "event"."name" = 'run';

-- RUN'"`
CREATE TABLE "RUN'""`" (
    "client_id" VARCHAR,
    "client_ver" VARCHAR,
    "event_schema_ver" VARCHAR,
    "session_id" VARCHAR,
    "sent_ts" TIMESTAMP,
    "event_ts" TIMESTAMP
);
COMMENT ON COLUMN "RUN'""`"."client_id" IS 'Id of the telemetry client.';
COMMENT ON COLUMN "RUN'""`"."client_ver" IS 'Version of the product.';
COMMENT ON COLUMN "RUN'""`"."event_schema_ver" IS 'Schema version of the event.';
COMMENT ON COLUMN "RUN'""`"."session_id" IS 'Random id of one run of the program.';
COMMENT ON COLUMN "RUN'""`"."sent_ts" IS 'Time of the request, UTC.';
COMMENT ON COLUMN "RUN'""`"."event_ts" IS 'Time of the event, UTC.';

INSERT INTO "RUN'""`" (
    "client_id",
    "client_ver",
    "event_schema_ver",
    "session_id",
    "sent_ts",
    "event_ts"
)
SELECT
    "clientId",
    "clientVer",
    "eventSchemaVer",
    "sessionId",
    TRY_CAST("sentTs" AS TIMESTAMP),
    TRY_CAST("event"."ts" AS TIMESTAMP)
FROM (
    SELECT
        "clientId",
        "clientVer",
        "eventSchemaVer",
        "sessionId",
        "sentTs",
        unnest("events") AS "event"
    FROM read_json(
        'it''s a \ file.ndjson',
        format = 'newline_delimited',
        columns = {
            'clientId': 'VARCHAR',
            'clientVer': 'VARCHAR',
            'eventSchemaVer': 'VARCHAR',
            'sessionId': 'VARCHAR',
            'sentTs': 'VARCHAR',
            'events': 'STRUCT("ts" VARCHAR, "name" VARCHAR, "parameters" JSON)[]'
        }
    )
)
WHERE "event"."name" = 'RUN''"`';
