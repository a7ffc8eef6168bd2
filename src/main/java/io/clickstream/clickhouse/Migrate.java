package io.clickstream.clickhouse;

import io.clickstream.columns.Columns;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.config.Invocation;
import io.clickstream.config.SettingsLoader;
import io.clickstream.config.UserErrorException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * Makes the database and the tables that the loader needs, or brings them up to date.
 *
 * <p>Exit code 0 if everything is there now, 1 with the reason on the error stream if not, 2 for a
 * wrong command line. Beside this JAR the class path needs Flink's {@code lib} folder, as the
 * settings are read as the jobs read them.
 */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the database and the tables that the loader needs, or brings them up to date:",
      "applies the files of config/clickhouse in order, each once.",
      ""
    },
    footer = {
      "",
      "All arguments are settings of the loader: give the same as to the loader itself.",
      "",
      "Example:",
      "  --config clickstream.yaml --clickhouse.url http://localhost:8123"
    })
public final class Migrate implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Unmatched private List<String> settings = new ArrayList<>();

  private Migrate() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command with an output of one's choice. */
  static CommandLine commandLine() {
    return new CommandLine(new Migrate())
        .setExecutionExceptionHandler(
            (e, commandLine, parsed) -> {
              if (!(e instanceof UserErrorException) && !(e instanceof InsertException)) {
                throw e;
              }
              commandLine.getErr().println(e.getMessage());
              return 1;
            });
  }

  @Override
  public Integer call() throws InsertException {
    ClickHouseSettings target =
        SettingsLoader.loadForLoader(
                Invocation.of(settings.toArray(String[]::new)), System.getenv())
            .clickHouse();
    Migrations.Result result = apply(target);
    result.present().forEach(file -> spec.commandLine().getOut().println(file + " is there"));
    result.applied().forEach(file -> spec.commandLine().getOut().println(file + " applied"));
    result
        .added()
        .forEach(column -> spec.commandLine().getOut().println("column " + column + " added"));
    spec.commandLine().getOut().flush();
    return 0;
  }

  /**
   * Makes the database, too, if it is not there.
   *
   * @throws IOException if the server does not answer, or does not let it
   */
  public static void migrate(ClickHouseSettings target) throws IOException {
    apply(target);
  }

  static Migrations.Result apply(ClickHouseSettings target) throws InsertException {
    return apply(target, Columns.BUILT_IN);
  }

  static Migrations.Result apply(ClickHouseSettings target, Columns columns)
      throws InsertException {
    if (!target.table().equals(Migrations.TABLE)) {
      throw new Migrations.MigrationException(
          "clickhouse.table is %s; the files make a table named %s: remove the setting, or make the"
                  .formatted(target.table(), Migrations.TABLE)
              + " table yourself, as config/clickhouse does");
    }
    ClickHouseSettings server =
        new ClickHouseSettings(
            target.url(),
            "default",
            target.table(),
            target.user(),
            target.password(),
            target.batchSize(),
            target.flushInterval());
    try (ClickHouse any = ClickHouse.connect(server)) {
      String name = "SELECT name FROM system.databases WHERE name = '" + target.database() + "'";
      if (any.query(name).isEmpty()) {
        any.execute("CREATE DATABASE IF NOT EXISTS `" + target.database() + "`");
      }
    }
    try (ClickHouse database = ClickHouse.connect(target)) {
      return Migrations.apply(database, columns);
    }
  }
}
