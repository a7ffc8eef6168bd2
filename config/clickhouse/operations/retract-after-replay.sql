-- After a replay of the sessions that start from `from` on and before `until`: retracts those that it has not written
-- again where it has other sessions of the same visitor in their place, with no fewer events. Such a session has begun
-- with another click than in the replay, and so has another id; it can have begun behind the range.
-- `generation` is the replay's sink.generation. Look first at what the SELECT gives by itself.
INSERT INTO sessions
    (session_id, revision, is_deleted, superseded_by, visitor_kind, visitor_id, app_id, session_start, emitted_at)
WITH replayed AS
(
    SELECT *
    FROM sessions_latest
    WHERE revision > {generation:UInt32} * 1000000
        AND session_start >= {from:DateTime64(3, 'UTC')} AND session_start < {until:DateTime64(3, 'UTC')}
)
SELECT
    old.session_id,
    toUInt32({generation:UInt32} * 1000000),
    1,
    min(new.session_id),
    any(old.visitor_kind),
    any(old.visitor_id),
    any(old.app_id),
    any(old.session_start),
    now64(3, 'UTC')
FROM sessions_latest AS old
INNER JOIN replayed AS new
    ON old.visitor_kind = new.visitor_kind AND old.visitor_id = new.visitor_id AND old.app_id <=> new.app_id
WHERE old.revision < {generation:UInt32} * 1000000
    AND old.session_start >= {from:DateTime64(3, 'UTC')}
    AND old.session_start <= (SELECT max(session_end) FROM replayed)
    AND new.session_start <= old.session_end
    AND new.session_end >= old.session_start
GROUP BY old.session_id
HAVING sum(new.event_count) >= any(old.event_count)
