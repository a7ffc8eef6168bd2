package io.clickstream.ingest.avro;

import io.clickstream.columns.Form;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** The readers of values that hold no others, and that are wanted. */
final class Scalars {

  /** Bytes of a decimal that are read; more are no amount of anything. */
  private static final int MAX_DECIMAL_BYTES = 64;

  /** As many digits fit a long with any sign. */
  private static final int MAX_LONG_SCALE = 18;

  private static final int UUID_BYTES = 16;
  private static final long SECONDS_OF_DAY = TimeUnit.DAYS.toSeconds(1);

  /** 0001-01-01 and 9999-12-31, as epoch seconds; a text of four digits has no other years. */
  private static final long FIRST_YEAR = -62_135_596_800L;

  private static final long AFTER_LAST_YEAR = 253_402_300_800L;

  /** Beyond it not every hundredth is a number of its own. */
  private static final double MAX_HUNDREDTHS = 1e13;

  /** The powers of ten by which times of two units differ. */
  private static final long[] POWERS = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
  };

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private Scalars() {}

  /**
   * A reader of a value that holds no others.
   *
   * @param secondDigits digits of a second that numbers count which are times: 3 for milliseconds.
   *     A moment, whose unit the schema tells, is set as such a number
   */
  static ValueReader of(Schema schema, int[] slots, int secondDigits) {
    LogicalType logical = schema.getLogicalType();
    return switch (schema.getType()) {
      case BOOLEAN -> in -> in.set(slots, readBoolean(in) ? Form.TRUE : Form.FALSE);
      case INT ->
          logical instanceof LogicalTypes.Date
              ? in -> setLocal(in, slots, in.readInt() * SECONDS_OF_DAY, 0)
              : in -> in.setInteger(slots, in.readInt());
      case LONG -> ofLong(logical, slots, secondDigits);
      case FLOAT -> in -> setFloat(in, slots, Float.intBitsToFloat((int) in.readFixed32()));
      case DOUBLE -> in -> setDouble(in, slots, Double.longBitsToDouble(in.readFixed64()));
      case STRING -> in -> readText(in, slots);
      case ENUM -> ofEnum(schema, slots);
      case BYTES ->
          logical instanceof LogicalTypes.Decimal decimal
              ? in -> readDecimal(in, slots, in.readLength(), decimal.getScale())
              : in -> {
                in.skip(in.readLength());
                in.set(slots, Form.BYTES);
              };
      case FIXED -> ofFixed(schema.getFixedSize(), logical, slots);
      default -> throw new IllegalArgumentException("expected a scalar, found " + schema.getType());
    };
  }

  static boolean readBoolean(AvroCursor in) throws MalformedAvroException {
    int value = in.readByte();
    if (value != 0 && value != 1) {
      throw new MalformedAvroException("a boolean that is neither 0 nor 1", in.at() - 1);
    }
    return value == 1;
  }

  private static void readText(AvroCursor in, int[] slots) throws MalformedAvroException {
    int length = in.readLength();
    int start = in.at();
    in.skip(length);
    in.setText(slots, start, start + length);
  }

  private static ValueReader ofEnum(Schema schema, int[] slots) {
    byte[][] symbols =
        schema.getEnumSymbols().stream()
            .map(symbol -> symbol.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    return in -> in.setExtra(slots, Form.TEXT, symbols[readIndex(in, symbols.length)]);
  }

  /** The index of a symbol or of a part of a union. */
  static int readIndex(AvroCursor in, int count) throws MalformedAvroException {
    int start = in.at();
    long index = in.readLong();
    if (index < 0 || index >= count) {
      throw new MalformedAvroException("a choice that the schema does not have", start);
    }
    return (int) index;
  }

  // ---- numbers and times

  private static ValueReader ofLong(LogicalType logical, int[] slots, int secondDigits) {
    if (logical instanceof LogicalTypes.TimestampMillis) {
      return in -> setMoment(in, slots, in.readLong(), 3, secondDigits);
    }
    if (logical instanceof LogicalTypes.TimestampMicros) {
      return in -> setMoment(in, slots, in.readLong(), 6, secondDigits);
    }
    if (logical instanceof LogicalTypes.TimestampNanos) {
      return in -> setMoment(in, slots, in.readLong(), 9, secondDigits);
    }
    if (logical instanceof LogicalTypes.LocalTimestampMillis) {
      return in -> setLocal(in, slots, in.readLong(), TimeUnit.SECONDS.toMillis(1));
    }
    if (logical instanceof LogicalTypes.LocalTimestampMicros) {
      return in -> setLocal(in, slots, in.readLong(), TimeUnit.SECONDS.toMicros(1));
    }
    if (logical instanceof LogicalTypes.LocalTimestampNanos) {
      return in -> setLocal(in, slots, in.readLong(), TimeUnit.SECONDS.toNanos(1));
    }
    return in -> in.setInteger(slots, in.readLong());
  }

  private static void setMoment(
      AvroCursor in, int[] slots, long time, int timeDigits, int secondDigits) {
    if (secondDigits == 0) {
      if (time == Long.MIN_VALUE) {
        in.set(slots, Form.BYTES);
      } else {
        in.setDecimal(slots, time, timeDigits);
      }
    } else if (secondDigits <= timeDigits) {
      in.setInteger(slots, Math.floorDiv(time, POWERS[timeDigits - secondDigits]));
    } else {
      long power = POWERS[secondDigits - timeDigits];
      // Far from any time of a click if it is more than a long can hold.
      boolean isTooLarge = Math.abs(time) > Long.MAX_VALUE / power || time == Long.MIN_VALUE;
      in.setInteger(slots, isTooLarge ? Long.MAX_VALUE : time * power);
    }
  }

  /**
   * Sets a time without an offset, as such a text: its zone is for {@code ingest.timestamp-zone} to
   * say.
   *
   * @param unitsOfSecond 0 if the time is in whole seconds
   */
  private static void setLocal(AvroCursor in, int[] slots, long time, long unitsOfSecond) {
    long seconds = unitsOfSecond == 0 ? time : Math.floorDiv(time, unitsOfSecond);
    long nanos =
        unitsOfSecond == 0
            ? 0
            : Math.floorMod(time, unitsOfSecond) * (TimeUnit.SECONDS.toNanos(1) / unitsOfSecond);
    if (seconds < FIRST_YEAR || seconds >= AFTER_LAST_YEAR) {
      // Far from any time of a click, in every unit.
      in.setInteger(slots, Long.MAX_VALUE);
      return;
    }
    long millis = nanos / TimeUnit.MILLISECONDS.toNanos(1) * TimeUnit.MILLISECONDS.toNanos(1);
    LocalDateTime local = LocalDateTime.ofEpochSecond(seconds, (int) millis, ZoneOffset.UTC);
    // An instant is always written with seconds, which a local time leaves out if they are 0.
    String text = local.toInstant(ZoneOffset.UTC).toString();
    in.setExtra(
        slots, Form.TEXT, text.substring(0, text.length() - 1).getBytes(StandardCharsets.US_ASCII));
  }

  private static void setFloat(AvroCursor in, int[] slots, float number) {
    double hundredths = Math.rint((double) number * 100);
    if (Math.abs(hundredths) < MAX_HUNDREDTHS && (float) (hundredths / 100) == number) {
      setHundredths(in, slots, (long) hundredths);
    } else {
      setWritten(
          in, slots, Float.toString(number), !Float.isNaN(number) && !Float.isInfinite(number));
    }
  }

  private static void setDouble(AvroCursor in, int[] slots, double number) {
    double hundredths = Math.rint(number * 100);
    if (Math.abs(hundredths) < MAX_HUNDREDTHS && hundredths / 100 == number) {
      setHundredths(in, slots, (long) hundredths);
    } else {
      setWritten(in, slots, Double.toString(number), Double.isFinite(number));
    }
  }

  /** Amounts and whole numbers, as most are. */
  private static void setHundredths(AvroCursor in, int[] slots, long hundredths) {
    if (hundredths % 100 == 0) {
      in.setInteger(slots, hundredths / 100);
    } else if (hundredths % 10 == 0) {
      in.setDecimal(slots, hundredths / 10, 1);
    } else {
      in.setDecimal(slots, hundredths, 2);
    }
  }

  private static void setWritten(AvroCursor in, int[] slots, String written, boolean isFinite) {
    if (isFinite) {
      set(in, slots, new BigDecimal(written));
    } else {
      in.setExtra(slots, Form.TEXT, written.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void set(AvroCursor in, int[] slots, BigDecimal number) {
    in.setExtra(
        slots,
        number.scale() <= 0 ? Form.INTEGER : Form.DECIMAL,
        number.toPlainString().getBytes(StandardCharsets.US_ASCII));
  }

  private static void readDecimal(AvroCursor in, int[] slots, int length, int scale)
      throws MalformedAvroException {
    int start = in.at();
    in.skip(length);
    byte[] bytes = in.bytes();
    if (length == 0 || length > MAX_DECIMAL_BYTES || Math.abs(scale) > MAX_DECIMAL_BYTES) {
      in.set(slots, Form.BYTES);
      return;
    }
    if (length <= Long.BYTES && scale >= 0 && scale <= MAX_LONG_SCALE) {
      long unscaled = bytes[start];
      for (int i = start + 1; i < start + length; i++) {
        unscaled = unscaled << Byte.SIZE | (bytes[i] & 0xFF);
      }
      if (unscaled != Long.MIN_VALUE) {
        in.setDecimal(slots, unscaled, scale);
        return;
      }
    }
    set(in, slots, new BigDecimal(new BigInteger(bytes, start, length), scale));
  }

  // ---- bytes

  private static ValueReader ofFixed(int size, LogicalType logical, int[] slots) {
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return in -> readDecimal(in, slots, size, decimal.getScale());
    }
    if (logical instanceof LogicalTypes.Uuid && size == UUID_BYTES) {
      return in -> readUuid(in, slots);
    }
    return in -> {
      in.skip(size);
      in.set(slots, Form.BYTES);
    };
  }

  private static void readUuid(AvroCursor in, int[] slots) throws MalformedAvroException {
    int start = in.at();
    in.skip(UUID_BYTES);
    byte[] text = new byte[36];
    int at = 0;
    for (int i = 0; i < UUID_BYTES; i++) {
      if (i == 4 || i == 6 || i == 8 || i == 10) {
        text[at++] = '-';
      }
      int next = in.bytes()[start + i];
      text[at++] = HEX[next >> 4 & 0xF];
      text[at++] = HEX[next & 0xF];
    }
    in.setExtra(slots, Form.TEXT, text);
  }
}
