package io.clickstream.session.operator;

import io.clickstream.config.SessionSettings;
import io.clickstream.session.SessionSemantics;
import io.clickstream.session.Sessionizer;
import io.clickstream.session.operator.HarnessSessionizer.Circumstances;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;

class SessionizeClicksTest {

  private abstract static class InHarness extends SessionSemantics {

    private final Circumstances circumstances;

    InHarness(Circumstances circumstances) {
      this.circumstances = circumstances;
    }

    @Override
    protected Sessionizer open(SessionSettings settings) throws Exception {
      return new HarnessSessionizer(circumstances, settings);
    }
  }

  @Nested
  @DisplayName("The contract on the operator with RocksDB")
  class WithRoom extends InHarness {
    WithRoom() {
      super(Circumstances.ROOM);
    }
  }

  @Nested
  @DisplayName("The contract on the operator with RocksDB, nothing staying on the heap")
  class WithoutRoom extends InHarness {
    WithoutRoom() {
      super(Circumstances.NO_ROOM);
    }
  }

  @Nested
  @DisplayName("The contract on the operator with a backend that keeps objects")
  class WithObjects extends InHarness {
    WithObjects() {
      super(Circumstances.OBJECTS);
    }
  }

  @Nested
  @DisplayName("The contract on the operator, with clicks between the slices of a watermark")
  class InSlices extends InHarness {
    InSlices() {
      super(Circumstances.SLICES);
    }
  }
}
