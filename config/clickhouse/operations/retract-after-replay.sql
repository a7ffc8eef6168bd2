-- After a replay of the sessions that start from `from` on and before `until`: retracts those that it has not written
-- again where it has another session of the same visitor in their place, with no fewer events than all of these have
-- together. Such a session has begun with another click than in the replay, and so has another id; it can have begun
-- behind the range. `generation` is the replay's sink.generation. Look first at what the SELECT gives by itself.
INSERT INTO sessions
    (session_id, revision, is_deleted, superseded_by, visitor_kind, visitor_id, app_id, session_start, emitted_at)
WITH
    replayed AS
    (
        SELECT *
        FROM sessions_latest
        WHERE revision > {generation:UInt32} * 1000000
            AND session_start >= {from:DateTime64(3, 'UTC')} AND session_start < {until:DateTime64(3, 'UTC')}
    ),
    pairs AS
    (
        SELECT
            old.session_id AS old_id,
            old.event_count AS old_events,
            old.visitor_kind AS kind,
            old.visitor_id AS visitor,
            old.app_id AS app,
            old.session_start AS old_start,
            new.session_id AS new_id,
            new.event_count AS new_events
        FROM sessions_latest AS old
        INNER JOIN replayed AS new
            ON old.visitor_kind = new.visitor_kind AND old.visitor_id = new.visitor_id AND old.app_id <=> new.app_id
        WHERE old.revision < {generation:UInt32} * 1000000
            AND old.session_start >= {from:DateTime64(3, 'UTC')}
            AND old.session_start <= (SELECT max(session_end) FROM replayed)
            AND new.session_start <= old.session_end
            AND new.session_end >= old.session_start
            -- Neighbours at a cut may share a millisecond, but no click.
            AND (new.session_start = old.session_start
                OR ((old.session_start < new.session_end OR new.end_reason = 'TIMEOUT')
                    AND (new.session_start < old.session_end OR old.end_reason = 'TIMEOUT')))
    )
SELECT
    old_id,
    toUInt32({generation:UInt32} * 1000000),
    1,
    min(new_id),
    any(kind),
    any(visitor),
    any(app),
    any(old_start),
    now64(3, 'UTC')
FROM pairs
WHERE new_id IN (SELECT new_id FROM pairs GROUP BY new_id HAVING sum(old_events) <= any(new_events))
GROUP BY old_id
