package io.clickstream.session.operator;

import io.clickstream.columns.Columns;
import io.clickstream.config.SessionSettings;
import io.clickstream.session.FieldSemantics;
import io.clickstream.session.Sessionizer;
import io.clickstream.session.operator.HarnessSessionizer.Circumstances;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The contract of definitions on the operator with RocksDB, nothing on the heap")
class SessionizeFieldsTest extends FieldSemantics {

  @Override
  protected Sessionizer open(SessionSettings settings, Columns columns) throws Exception {
    return new HarnessSessionizer(Circumstances.NO_ROOM, settings, null, columns);
  }
}
