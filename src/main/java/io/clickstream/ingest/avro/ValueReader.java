package io.clickstream.ingest.avro;

/**
 * Reads one value of a schema, and sets the slots that are wanted of it. A value of which nothing
 * is wanted is read as well, so that it does not depend on the slots whether a record is
 * well-formed.
 */
interface ValueReader {

  /** Reads the value at the cursor, and leaves the cursor behind it. */
  void read(AvroCursor in) throws MalformedAvroException;
}
