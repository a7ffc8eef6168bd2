package io.clickstream.ingest.formats;

import java.io.Serializable;

/**
 * A form of records other than JSON of clicks. Reading takes time and memory proportional to the
 * record's length, and never throws anything but what it declares.
 */
interface RecordForm extends Serializable {

  /** Whether a record has this form; any other is read as JSON. */
  boolean isOf(byte[] record);

  /**
   * Passes on every click of a record, in their order.
   *
   * @throws MalformedRecordException if the record as a whole is not in this form; nothing was
   *     passed on then
   */
  void read(byte[] record, Clicks clicks) throws MalformedRecordException;

  /** Takes the clicks of a record. */
  interface Clicks {

    /** The index of a click whose record is no list. */
    int ALONE = -1;

    /**
     * A click.
     *
     * @param index its place in the record, or {@link #ALONE}
     * @param part the record with this click alone, in the form of the record
     * @param json the click as a JSON object
     */
    void take(int index, byte[] part, byte[] json);

    /**
     * Part of a record that is no click.
     *
     * @param detail the expectation and the finding, without any of the record
     */
    void reject(int index, byte[] part, String detail);
  }
}
