-- Every revision of every session as the topic has it. A merge keeps the largest revision of a session; until
-- then, and for retractions always, ask sessions_latest instead.
--
-- A session's id follows from its visitor and its beginning: whatever has the same id has the same
-- session_start and so the same partition and the same place in the order.
CREATE TABLE IF NOT EXISTS sessions
(
    session_id         String,
    revision           UInt32,
    is_deleted         UInt8,
    superseded_by      Nullable(String),
    visitor_kind       LowCardinality(String),
    visitor_id         String,
    app_id             LowCardinality(Nullable(String)),
    user_id            Nullable(String),
    anonymous_id       Nullable(String),
    session_start      DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    session_end        DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    emitted_at         DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    duration_ms        UInt64,
    end_reason         LowCardinality(String),
    event_count        UInt64,
    page_views         UInt64,
    unique_pages       UInt64,
    product_views      UInt64,
    searches           UInt64,
    cart_adds          UInt64,
    cart_removes       UInt64,
    checkouts          UInt64,
    purchases          UInt64,
    -- Prices have at most 18 decimals.
    revenue            Nullable(Decimal(38, 18)),
    currency           LowCardinality(Nullable(String)),
    revenue_other      Map(LowCardinality(String), Decimal(38, 18)),
    duplicate_count    UInt64,
    late_event_count   UInt64,
    is_bounce          Bool,
    is_engaged         Bool,
    entry_page         Nullable(String),
    exit_page          Nullable(String),
    referrer           Nullable(String),
    utm_source         LowCardinality(Nullable(String)),
    utm_medium         LowCardinality(Nullable(String)),
    utm_campaign       LowCardinality(Nullable(String)),
    device_type        LowCardinality(Nullable(String)),
    country            LowCardinality(Nullable(String)),
    user_agent         Nullable(String),
    products           Array(Tuple(id String, views UInt64, cart_adds UInt64, purchases UInt64)),
    products_truncated Bool,
    user_segment       LowCardinality(Nullable(String)),
    user_tier          LowCardinality(Nullable(String)),
    categories         Map(LowCardinality(String), UInt64),
    top_category       LowCardinality(Nullable(String)),
    top_brand          LowCardinality(Nullable(String)),
    enrichment_status  LowCardinality(String),

    CONSTRAINT session_has_an_id CHECK session_id != '',
    CONSTRAINT session_has_a_revision CHECK revision > 0,
    CONSTRAINT session_is_there_or_not CHECK is_deleted IN (0, 1),
    CONSTRAINT session_has_a_beginning CHECK session_start > toDateTime64('1970-01-01 00:00:00', 3, 'UTC')
)
ENGINE = ReplacingMergeTree(revision, is_deleted)
PARTITION BY toYYYYMM(session_start)
-- Retention: ALTER TABLE sessions MODIFY TTL toDateTime(session_start) + INTERVAL 400 DAY
-- Never OPTIMIZE ... CLEANUP: a retraction has to outlive a repeated insert of what it retracts.
ORDER BY (session_start, session_id);
