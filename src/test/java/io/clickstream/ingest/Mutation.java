package io.clickstream.ingest;

import static io.clickstream.ingest.IngestSamples.MAX_RECORD_SIZE;
import static io.clickstream.ingest.IngestSamples.bytes;

import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One broken record, decided by a seed. */
public final class Mutation {

  /** Stands in every text of the records that are mutated, and must stand in no detail. */
  public static final String MARK = "SeCrEt";

  private static final String[] VALUES = {
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1e999999999",
    "-1e-999999999",
    "{}",
    "[]",
    "\"\"",
    "[{}]",
    "\"null\"",
    "\"undefined\"",
    "\"NULL\"",
    "\"-\"",
    "\"[object Object]\"",
    "\"00000000-0000-0000-0000-000000000000\"",
    "12345.0",
    "\"12345.00\"",
    "[true]",
    "1767268800",
    "1767268800000000",
    "\"2026-01-01T00:00:00Z\"",
    "\"2026-01-01\"",
    "1.5",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"" + MARK + "\"",
    "4000000000000",
    "9".repeat(500),
    "\"" + "9".repeat(500) + "\"",
    "1".repeat(30) + ".5",
    "\"\\ud83d\\ude00\"",
    "{\"" + MARK + "\":[1,2,{\"x\":null}]}"
  };

  private static final String[] NAMES =
      ClickFields.of(Columns.BUILT_IN).names().toArray(String[]::new);

  private static final byte[][] NO_UTF8 = {
    {(byte) 0xFF},
    {(byte) 0xC0, (byte) 0x80},
    {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
    {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
    {(byte) 0xE2, (byte) 0x82}
  };

  private final Random random;

  /** The record of a seed. */
  public Mutation(Random random) {
    this.random = random;
  }

  public byte @Nullable [] mutated() {
    if (random.nextInt(500) == 0) {
      return extreme();
    }
    byte[] value = bytes(record());
    for (int i = random.nextInt(3); i >= 0; i--) {
      value = mutate(value);
    }
    return value;
  }

  private String record() {
    StringBuilder json = new StringBuilder("{");
    for (String name : NAMES) {
      String value =
          switch (name) {
            case "timestamp" -> "1767268799000";
            case "quantity" -> "2";
            case "price" -> "19.90";
            default -> "\"" + MARK + "ü漢😀 " + name + "\"";
          };
      if (random.nextInt(40) == 0) {
        value = VALUES[random.nextInt(VALUES.length)];
      }
      if (random.nextInt(25) > 0) {
        json.append('"').append(name).append("\":").append(value).append(',');
      }
      if (random.nextInt(200) == 0) {
        json.append('"').append(NAMES[random.nextInt(NAMES.length)]).append("\":");
        json.append(VALUES[random.nextInt(VALUES.length)]).append(',');
      }
    }
    return json.append("\"z\":[]}").toString();
  }

  private byte[] mutate(byte[] value) {
    int at = value.length == 0 ? 0 : random.nextInt(value.length);
    switch (random.nextInt(20)) {
      case 0 -> {
        byte[] flipped = value.clone();
        if (flipped.length > 0) {
          flipped[at] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
      }
      case 1 -> {
        return Arrays.copyOf(value, at);
      }
      case 2 -> {
        return insert(value, at, bytes(VALUES[random.nextInt(VALUES.length)]));
      }
      case 3 -> {
        return insert(value, at, NO_UTF8[random.nextInt(NO_UTF8.length)]);
      }
      case 4 -> {
        // two parts of the record change places
        int middle = at / 2;
        byte[] swapped = Arrays.copyOf(Arrays.copyOfRange(value, middle, at), value.length);
        System.arraycopy(value, 0, swapped, at - middle, middle);
        System.arraycopy(value, at, swapped, at, value.length - at);
        return swapped;
      }
      case 5 -> {
        byte[] doubled = Arrays.copyOf(value, value.length * 2);
        System.arraycopy(value, 0, doubled, value.length, value.length);
        return doubled;
      }
      case 6 -> {
        int depth = random.nextInt(300);
        return insert(
            value,
            Math.min(1, value.length),
            bytes("\"x\":" + "[".repeat(depth) + "]".repeat(depth) + ","));
      }
      default -> {
        return value;
      }
    }
  }

  private byte @Nullable [] extreme() {
    return switch (random.nextInt(6)) {
      case 0 -> null;
      case 1 -> {
        byte[] noise = new byte[random.nextInt(2_000)];
        random.nextBytes(noise);
        yield noise;
      }
      case 2 -> record().getBytes(StandardCharsets.UTF_16LE);
      case 3 -> bytes(record() + " ".repeat(MAX_RECORD_SIZE));
      case 4 -> bytes("[" + record() + "]");
      default -> bytes("{\"a\":".repeat(100_000));
    };
  }

  private static byte[] insert(byte[] value, int at, byte[] inserted) {
    byte[] longer = Arrays.copyOf(value, value.length + inserted.length);
    System.arraycopy(inserted, 0, longer, at, inserted.length);
    System.arraycopy(value, at, longer, at + inserted.length, value.length - at);
    return longer;
  }
}
