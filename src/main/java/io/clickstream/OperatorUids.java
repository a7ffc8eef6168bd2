package io.clickstream;

/**
 * The uid of every operator, by which a savepoint finds the state again. A value never changes and
 * is never used for another operator, even after the first is gone.
 */
final class OperatorUids {

  static final String CLICK_SOURCE = "click-source";
  static final String ROUTE_CLICKS = "route-clicks";
  static final String SESSIONIZE = "sessionize";
  static final String REFERENCE_SNAPSHOT_SOURCE = "reference-snapshot-source";
  static final String MARK_LOADED = "mark-loaded";
  static final String REFERENCE_UPDATE_SOURCE = "reference-update-source";
  static final String ROUTE_REFERENCES = "route-references";
  static final String ENRICH = "enrich";
  static final String FORMAT_SESSIONS = "format-sessions";
  static final String FORMAT_LATE = "format-late";
  static final String FORMAT_DUPLICATES = "format-duplicates";
  static final String FORMAT_REJECTED = "format-rejected";
  static final String FORMAT_REJECTED_REFERENCES = "format-rejected-references";
  static final String SINK = "sink";

  private OperatorUids() {}
}
