package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.config.SessionSettings;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The contract of definitions on the pure rules")
class FieldRulesTest extends FieldSemantics {

  @Override
  protected Sessionizer open(SessionSettings settings, Columns columns) {
    return new PureSessionizer(settings, null, columns);
  }
}
