package io.clickstream.config;

/** Which id makes the visitor when a click has both; the other one serves when it is missing. */
public enum Identity {
  DEVICE,
  USER
}
