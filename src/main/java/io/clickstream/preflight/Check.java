package io.clickstream.preflight;

/**
 * One thing that a preflight looks at, and what it says of it. A check changes nothing, takes a
 * bounded time, and knows no other check.
 */
interface Check {

  /** The thing that is looked at, for a message that says that it could not be. */
  String name();

  /** Looks, and adds what there is to be said. */
  void run(Findings findings);
}
