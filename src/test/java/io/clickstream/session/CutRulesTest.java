package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import org.jspecify.annotations.Nullable;

/** The cases of cuts on the rules alone. */
class CutRulesTest extends CutSemantics {

  @Override
  protected Sessionizer open(
      SessionSettings settings, @Nullable SessionRange range, Columns columns) {
    return new PureSessionizer(settings, range, columns);
  }
}
