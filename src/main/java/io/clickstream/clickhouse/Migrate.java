package io.clickstream.clickhouse;

import io.clickstream.cli.ExitCodes;
import io.clickstream.cli.SettingsArguments;
import io.clickstream.columns.Columns;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.SettingsReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the database and the tables that the loader needs, or brings them up to date. */
@Command(
    name = "migrate",
    header = "Create or update the tables in ClickHouse.",
    customSynopsis = "clickstream migrate [OPTION]... [--KEY VALUE]...",
    description = {
      "Makes the database and the tables that the loader needs, or brings them up to date: applies"
          + " the files of config/clickhouse in order, each once, then adds the columns of the fields"
          + " and goals that the settings define. A column whose definition is gone stays, with its"
          + " values, and is named.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE_LINE, ExitCodes.FAILED_LINE, ExitCodes.WRONG_LINE},
    footer = {
      "",
      "--KEY VALUE are settings of the loader: give the same as to the loader itself.",
      "",
      "Examples:",
      "  clickstream migrate --config clickstream.yaml --clickhouse.url http://localhost:8123",
      "  clickstream migrate --config clickstream.yaml --drop"
    })
public final class Migrate implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--drop",
      description =
          "Drop columns that no setting defines any more, and those whose definition has another type"
              + " now, with their values; the latter are added anew. Default: name them.")
  private boolean drop;

  @Mixin private SettingsArguments settings = new SettingsArguments();

  @Override
  public Integer call() {
    LoaderSettings loader = SettingsReader.readForLoader(settings.invocation(), System.getenv());
    Migrations.Result result;
    try {
      result = apply(loader.clickHouse(), Columns.of(loader.definitions()), drop);
    } catch (InsertException e) {
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
    print(spec.commandLine().getOut(), result);
    return ExitCodes.DONE;
  }

  private static void print(PrintWriter out, Migrations.Result result) {
    result.present().forEach(file -> out.println(file + " is there"));
    result.applied().forEach(file -> out.println(file + " applied"));
    TableColumns.Result columns = result.columns();
    columns.dropped().forEach(column -> out.println("column " + column + " dropped"));
    columns.added().forEach(column -> out.println("column " + column + " added"));
    columns
        .undefined()
        .forEach(
            column ->
                out.println(
                    "column %s stays, though no setting defines it any more; --drop drops it"
                        .formatted(column)));
    out.flush();
  }

  /**
   * Makes the database, too, if it is not there.
   *
   * @param columns those that the loader writes
   * @throws IOException if the server does not answer, or does not let it
   */
  public static void migrate(ClickHouseSettings target, Columns columns) throws IOException {
    apply(target, columns, false);
  }

  static Migrations.Result apply(ClickHouseSettings target, Columns columns, boolean drop)
      throws InsertException {
    if (!target.table().equals(Migrations.TABLE)) {
      throw new Migrations.MigrationException(
          "clickhouse.table is %s; the files make a table named %s: remove the setting, or make the"
                  .formatted(target.table(), Migrations.TABLE)
              + " table yourself, as config/clickhouse does");
    }
    ClickHouseSettings server = target.with(ClickHouseSettings.DATABASE, "default");
    try (ClickHouse any = ClickHouse.connect(server)) {
      String name = "SELECT name FROM system.databases WHERE name = '" + target.database() + "'";
      if (any.query(name).isEmpty()) {
        any.execute("CREATE DATABASE IF NOT EXISTS `" + target.database() + "`");
      }
    }
    try (ClickHouse database = ClickHouse.connect(target)) {
      return Migrations.apply(database, columns, drop);
    }
  }
}
