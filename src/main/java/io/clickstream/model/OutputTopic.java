package io.clickstream.model;

/** Which of the sink's topics a record goes to. */
public enum OutputTopic {
  SESSIONS,
  LATE,
  REJECTED,
  DUPLICATES
}
