package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.model.Click;
import io.clickstream.model.SessionValues;
import io.clickstream.reconcile.BatchSessions;
import java.util.List;

/** Which table of columns a sessionizer has, one after the other, and what each makes of clicks. */
public interface Tables {

  /** The built-in columns, always. */
  Tables BUILT_IN =
      new Tables() {
        @Override
        public Columns columns() {
          return Columns.BUILT_IN;
        }

        @Override
        public int number() {
          return 0;
        }

        @Override
        public boolean restart() {
          return false;
        }

        @Override
        public Click read(Click click) {
          return click;
        }

        @Override
        public SessionValues expected(int table, List<String> ownHosts, List<Click> session) {
          return BatchSessions.values(columns(), ownHosts, session);
        }
      };

  /** The one of the moment. */
  Columns columns();

  /** Which one that is. */
  int number();

  /** Goes on to the next one; returns whether there is one. */
  boolean restart();

  /** The next click, with all that the table of the moment reads. */
  Click read(Click click);

  /**
   * What a session must have come to.
   *
   * @param table the number of the one under which it was emitted last
   * @param session its clicks, as {@link #read} returned them
   */
  SessionValues expected(int table, List<String> ownHosts, List<Click> session);
}
