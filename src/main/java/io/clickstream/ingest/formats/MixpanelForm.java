package io.clickstream.ingest.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.util.Base64;

/**
 * Forms and queries of Mixpanel's trackers, as they are sent: {@code data=}, which is base64 of a
 * JSON object or of an array of them, beside other parameters. JSON is read as it is.
 */
final class MixpanelForm implements RecordForm {

  private static final long serialVersionUID = 1L;

  private static final byte[] DATA = "data=".getBytes(ISO_8859_1);

  @Override
  public boolean isOf(byte[] record) {
    return !Bytes.isJson(record);
  }

  @Override
  public void read(byte[] record, Clicks clicks) throws MalformedRecordException {
    int start = data(record);
    if (start < 0 || start > QueryText.end(record)) {
      throw new MalformedRecordException("expected JSON or a form with data=, found neither");
    }
    int end = QueryText.next(record, '&', start, QueryText.end(record));
    byte[] value = QueryText.decodedBytes(record, start, end);
    boolean isPlain = Bytes.isJson(value);
    byte[] json = isPlain ? value : Base64Text.decode(value);
    if (json == null || !Bytes.isJson(json)) {
      throw new MalformedRecordException("data: expected base64 of JSON, found something else");
    }
    if (Bytes.isObject(json)) {
      clicks.take(Clicks.ALONE, record, json);
      return;
    }
    ListInRecord list = ListInRecord.of(json, null, record.length - (end - start));
    for (int i = 0; list != null && i < list.size(); i++) {
      byte[] part = list.part(i);
      clicks.take(i, form(record, start, end, part, isPlain), list.element(i));
    }
  }

  /** Where the value of the last parameter {@code data} begins, or -1 if there is none. */
  private static int data(byte[] record) {
    int found = -1;
    int at = QueryText.start(record);
    while (at < record.length) {
      if (startsWith(record, at)) {
        found = at + DATA.length;
      }
      at = QueryText.next(record, '&', at, record.length) + 1;
    }
    return found;
  }

  private static boolean startsWith(byte[] record, int at) {
    if (record.length - at < DATA.length) {
      return false;
    }
    for (int i = 0; i < DATA.length; i++) {
      if (record[at + i] != DATA[i]) {
        return false;
      }
    }
    return true;
  }

  /** The form with other JSON in its place. */
  private static byte[] form(byte[] record, int start, int end, byte[] json, boolean isPlain) {
    String text = isPlain ? new String(json, UTF_8) : base64(json);
    byte[] encoded = URLEncoder.encode(text, UTF_8).getBytes(ISO_8859_1);
    ByteArrayOutputStream form =
        new ByteArrayOutputStream(record.length - (end - start) + encoded.length);
    form.write(record, 0, start);
    form.writeBytes(encoded);
    form.write(record, end, record.length - end);
    return form.toByteArray();
  }

  private static String base64(byte[] json) {
    return Base64.getEncoder().encodeToString(json);
  }
}
