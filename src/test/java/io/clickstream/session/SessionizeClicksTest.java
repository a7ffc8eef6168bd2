package io.clickstream.session;

import io.clickstream.config.SessionSettings;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The contract on the operator with RocksDB")
class SessionizeClicksTest extends SessionSemantics {

  @Override
  Sessionizer open(SessionSettings settings) throws Exception {
    return new HarnessSessionizer(settings);
  }
}
