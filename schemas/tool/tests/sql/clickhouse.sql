-- run: One run: it's "quoted", `quoted` and ends with \. Second line; -- not a comment.
CREATE TABLE `run` (
    `client_id` LowCardinality(String) COMMENT 'Id of the telemetry client.',
    `client_ver` LowCardinality(String) COMMENT 'Version of the product.',
    `event_schema_ver` LowCardinality(String) COMMENT 'Schema version of the event.',
    `session_id` String COMMENT 'Random id of one run of the program.',
    `sent_ts` DateTime64(3, 'UTC') COMMENT 'Time of the request, UTC.',
    `event_ts` DateTime64(3, 'UTC') COMMENT 'Time of the event, UTC.',
    `sessionId` Nullable(String) COMMENT 'A name that an envelope also has.',
    `client_id_2` Nullable(String) COMMENT 'The name of a column of the envelope.',
    `isNew` Nullable(Bool) COMMENT 'A flag.',
    `isnew_2` Nullable(Bool) COMMENT 'The same name for DuckDB.',
    `tokens` Nullable(Int64) COMMENT 'A count. Unit: tokens.',
    `wide` Nullable(Int128) COMMENT 'More than 64 bits with a sign.',
    `score` Nullable(Float64),
    `status` LowCardinality(Nullable(String)) COMMENT 'Its status. Values: done, it\'s, back\\slash, undefined.',
    `tags` Array(String) COMMENT 'Tags.',
    `statuses` Array(LowCardinality(String)) COMMENT 'Statuses. Values: done, it\'s, back\\slash, undefined.',
    `steps` Array(Tuple(`ms` Nullable(Int64), `status` LowCardinality(Nullable(String)), `a'b"c\`d\\` Nullable(String))) COMMENT 'Steps. ms: Time. Unit: ms. status: Its end. Values: done, it\'s, back\\slash, undefined. a\'b"c`d\\: A name with quotes.',
    `a'b"c\`d\\e/f~g` Nullable(String) COMMENT 'A name with quotes.'
)
ENGINE = MergeTree
ORDER BY (`event_ts`, `session_id`)
COMMENT 'One run: it\'s "quoted", `quoted` and ends with \\. Second line; -- not a comment.';

INSERT INTO `run` (
    `client_id`,
    `client_ver`,
    `event_schema_ver`,
    `session_id`,
    `sent_ts`,
    `event_ts`,
    `sessionId`,
    `client_id_2`,
    `isNew`,
    `isnew_2`,
    `tokens`,
    `wide`,
    `score`,
    `status`,
    `tags`,
    `statuses`,
    `steps`,
    `a'b"c\`d\\e/f~g`
)
SELECT
    `clientId`,
    `clientVer`,
    `eventSchemaVer`,
    `sessionId`,
    parseDateTime64BestEffortOrZero(`sentTs`, 3, 'UTC'),
    parseDateTime64BestEffortOrZero(tupleElement(`event`, 'ts'), 3, 'UTC'),
    JSONExtract(tupleElement(`event`, 'parameters'), 'sessionId', 'Nullable(String)'),
    JSONExtract(tupleElement(`event`, 'parameters'), 'client_id', 'Nullable(String)'),
    JSONExtract(tupleElement(`event`, 'parameters'), 'isNew', 'Nullable(Bool)'),
    JSONExtract(tupleElement(`event`, 'parameters'), 'isnew', 'Nullable(Bool)'),
    JSONExtract(tupleElement(`event`, 'parameters'), 'tokens', 'Nullable(Int64)'),
    JSONExtract(tupleElement(`event`, 'parameters'), 'wide', 'Nullable(Int128)'),
    JSONExtract(tupleElement(`event`, 'parameters'), 'score', 'Nullable(Float64)'),
    JSONExtract(tupleElement(`event`, 'parameters'), 'status', 'Nullable(String)'),
    JSONExtract(tupleElement(`event`, 'parameters'), 'tags', 'Array(String)'),
    JSONExtract(tupleElement(`event`, 'parameters'), 'statuses', 'Array(String)'),
    JSONExtract(tupleElement(`event`, 'parameters'), 'steps', 'Array(Tuple(`ms` Nullable(Int64), `status` Nullable(String), `a\'b"c\\`d\\\\` Nullable(String)))'),
    JSONExtract(tupleElement(`event`, 'parameters'), 'a\'b"c`d\\e/f~g', 'Nullable(String)')
FROM file(
    'it\'s a \\ file.ndjson',
    'JSONEachRow',
    '`clientId` String, `clientVer` String, `eventSchemaVer` String, `sessionId` String, `sentTs` String, `events` Array(Tuple(`ts` String, `name` String, `parameters` String))'
)
ARRAY JOIN `events` AS `event`
WHERE tupleElement(`event`, 'name') = 'run'
SETTINGS input_format_json_read_objects_as_strings = 1, input_format_skip_unknown_fields = 1;

-- RUN'"`
CREATE TABLE `RUN'"\`` (
    `client_id` LowCardinality(String) COMMENT 'Id of the telemetry client.',
    `client_ver` LowCardinality(String) COMMENT 'Version of the product.',
    `event_schema_ver` LowCardinality(String) COMMENT 'Schema version of the event.',
    `session_id` String COMMENT 'Random id of one run of the program.',
    `sent_ts` DateTime64(3, 'UTC') COMMENT 'Time of the request, UTC.',
    `event_ts` DateTime64(3, 'UTC') COMMENT 'Time of the event, UTC.'
)
ENGINE = MergeTree
ORDER BY (`event_ts`, `session_id`);

INSERT INTO `RUN'"\`` (
    `client_id`,
    `client_ver`,
    `event_schema_ver`,
    `session_id`,
    `sent_ts`,
    `event_ts`
)
SELECT
    `clientId`,
    `clientVer`,
    `eventSchemaVer`,
    `sessionId`,
    parseDateTime64BestEffortOrZero(`sentTs`, 3, 'UTC'),
    parseDateTime64BestEffortOrZero(tupleElement(`event`, 'ts'), 3, 'UTC')
FROM file(
    'it\'s a \\ file.ndjson',
    'JSONEachRow',
    '`clientId` String, `clientVer` String, `eventSchemaVer` String, `sessionId` String, `sentTs` String, `events` Array(Tuple(`ts` String, `name` String, `parameters` String))'
)
ARRAY JOIN `events` AS `event`
WHERE tupleElement(`event`, 'name') = 'RUN\'"`'
SETTINGS input_format_json_read_objects_as_strings = 1, input_format_skip_unknown_fields = 1;
