package io.clickstream.session;

import io.clickstream.config.SessionSettings;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The contract on the pure rules")
class SessionRulesTest extends SessionSemantics {

  @Override
  protected Sessionizer open(SessionSettings settings) {
    return new PureSessionizer(settings);
  }
}
