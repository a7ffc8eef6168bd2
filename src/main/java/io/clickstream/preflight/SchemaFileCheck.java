package io.clickstream.preflight;

import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.avro.AvroClickFormat;
import io.clickstream.registry.SchemaFile;
import java.io.IOException;

/** Whether the file has the schema of a record. */
final class SchemaFileCheck implements Check {

  private final IngestSettings ingest;
  private final String file;

  /**
   * @param file of {@code ingest.schema-file}
   */
  SchemaFileCheck(IngestSettings ingest, String file) {
    this.ingest = ingest;
    this.file = file;
  }

  @Override
  public String name() {
    return IngestSettings.SCHEMA_FILE.key();
  }

  @Override
  public void run(Findings findings) {
    String mistake;
    try {
      mistake = AvroClickFormat.mistake(ingest, SchemaFile.read(file));
    } catch (IOException e) {
      findings.error(
          name(), file + ": " + e.getMessage(), "correct the path, or put the file there");
      return;
    }
    if (mistake == null) {
      findings.ok(name(), "it has the schema of a record");
    } else {
      findings.error(
          name(), file + ": " + mistake, "name the schema (.avsc) that records were written with");
    }
  }
}
