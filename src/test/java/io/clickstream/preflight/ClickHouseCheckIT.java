package io.clickstream.preflight;

import static io.clickstream.columns.SampleDefinitions.field;
import static io.clickstream.columns.SampleDefinitions.withFields;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.clickhouse.ClickHouseServer;
import io.clickstream.clickhouse.Migrate;
import io.clickstream.columns.Columns;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the loader is told of the columns that settings define, on a current engine. */
@Tag("full")
class ClickHouseCheckIT {

  private static final Columns PLAN =
      Columns.of(withFields(field("plan", How.LAST, Type.TEXT), field("tags", How.SET, Type.TEXT)));

  @TempDir private static Path directory;

  private static ClickHouseServer server;

  @BeforeAll
  static void start() throws Exception {
    server = ClickHouseServer.start(directory.resolve("clickhouse"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void shouldNameColumnsOfDefinitionsThatAreMissing() throws Exception {
    ClickHouseSettings target = migrated("missing", Columns.BUILT_IN);

    assertThat(report(target, PLAN).of(Severity.ERROR))
        .containsExactly(
            new Finding(
                Severity.ERROR,
                "clickhouse.table",
                "missing.sessions lacks columns, whose values would be dropped: fields.plan is"
                    + " missing, fields.tags is missing, fields.tags_truncated is missing",
                "run clickstream migrate with the same settings"));

    Migrate.migrate(target, PLAN);
    assertThat(worseThanOk(report(target, PLAN))).isEmpty();
  }

  @Test
  void shouldNameColumnsWhoseDefinitionHasAnotherType() throws Exception {
    ClickHouseSettings target = migrated("redefined", PLAN);
    Columns number =
        Columns.of(
            withFields(field("plan", How.LAST, Type.NUMBER), field("tags", How.SET, Type.TEXT)));

    assertThat(worseThanOk(report(target, number)))
        .containsExactly(
            new Finding(
                Severity.ERROR,
                "clickhouse.table",
                "columns of redefined.sessions have other types than their definitions: fields.plan"
                    + " is Nullable(String), expected Nullable(Decimal(76, 18))",
                "give the changed definition another name, or run clickstream migrate with the same"
                    + " settings and --drop"));
  }

  @Test
  void shouldNameColumnsThatNothingDefinesAnyMore() throws Exception {
    ClickHouseSettings target = migrated("undefined", PLAN);
    server.ask("ALTER TABLE sessions ADD COLUMN fields_of_ours String", "undefined");

    assertThat(worseThanOk(report(target, Columns.BUILT_IN)))
        .containsExactly(
            new Finding(
                Severity.INFO,
                "clickhouse.table",
                "undefined.sessions has columns that no setting defines any more, which stay as they"
                    + " are: fields.plan, fields.tags_truncated, fields.tags",
                null));
  }

  private static ClickHouseSettings migrated(String database, Columns columns) throws Exception {
    ClickHouseSettings target = server.settings(database, 100, Duration.ofMillis(200));
    server.ask("DROP DATABASE IF EXISTS " + database, "default");
    Migrate.migrate(target, columns);
    return target;
  }

  private static PreflightReport report(ClickHouseSettings target, Columns columns) {
    Findings findings = new Findings();
    new ClickHouseCheck(target, columns).run(findings);
    return findings.report();
  }

  private static List<Finding> worseThanOk(PreflightReport report) {
    return report.findings().stream().filter(finding -> finding.severity() != Severity.OK).toList();
  }
}
