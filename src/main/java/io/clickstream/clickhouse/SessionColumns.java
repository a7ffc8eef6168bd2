package io.clickstream.clickhouse;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The columns of the sessions table, by the file that makes it and those that change it. */
public final class SessionColumns {

  private static final Pattern COLUMN =
      Pattern.compile("^ {4}(\\w+) +(.+?)(?: CODEC\\(.*\\))?,$", Pattern.MULTILINE);

  private static final Pattern CHANGE =
      Pattern.compile(
          "^ALTER TABLE sessions (?:MODIFY COLUMN|ADD COLUMN IF NOT EXISTS) (\\w+) (.+?)(?: AFTER \\w+)?;$",
          Pattern.MULTILINE);

  /** The type of each. */
  public static final Map<String, String> TYPES = Collections.unmodifiableMap(read());

  private SessionColumns() {}

  private static Map<String, String> read() {
    Map<String, String> types = new LinkedHashMap<>();
    String file = Migrations.text(Migrations.FILES.get(0));
    Matcher column = COLUMN.matcher(file.substring(0, file.indexOf("CONSTRAINT")));
    while (column.find()) {
      types.put(column.group(1), column.group(2));
    }
    for (String later : Migrations.FILES.subList(1, Migrations.FILES.size())) {
      Matcher change = CHANGE.matcher(Migrations.text(later));
      while (change.find()) {
        types.put(change.group(1), change.group(2));
      }
    }
    return types;
  }
}
