package io.clickstream.session.operator;

import io.clickstream.columns.Columns;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.session.CutSemantics;
import io.clickstream.session.Sessionizer;
import io.clickstream.session.operator.HarnessSessionizer.Circumstances;
import org.jspecify.annotations.Nullable;

/** The cases of cuts on the operator. */
class SessionizeCutsTest extends CutSemantics {

  @Override
  protected Sessionizer open(
      SessionSettings settings, @Nullable SessionRange range, Columns columns) throws Exception {
    return new HarnessSessionizer(Circumstances.ROOM, settings, range, columns);
  }
}
