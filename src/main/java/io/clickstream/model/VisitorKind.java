package io.clickstream.model;

/** Which of the two ids identifies a visitor. User 7 and device 7 are two visitors. */
public enum VisitorKind {
  USER,
  DEVICE
}
