package io.clickstream;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** The lines of a class's logger, from INFO on, until it is closed. */
public final class LogLines implements AutoCloseable {

  private final List<String> texts = new CopyOnWriteArrayList<>();
  private final Appender appender = new Appender();
  private final Logger logger;
  private final Level before;

  private LogLines(Class<?> of) {
    logger = (Logger) LogManager.getLogger(of);
    before = logger.getLevel();
    logger.addAppender(appender);
    logger.setLevel(Level.INFO);
  }

  /** Begins to listen. */
  public static LogLines of(Class<?> logging) {
    return new LogLines(logging);
  }

  /** The lines so far; more may come. */
  public List<String> texts() {
    return texts;
  }

  @Override
  public void close() {
    logger.removeAppender(appender);
    logger.setLevel(before);
  }

  private final class Appender extends AbstractAppender {

    Appender() {
      super("log lines of a test", null, null, true, Property.EMPTY_ARRAY);
      start();
    }

    @Override
    public void append(LogEvent event) {
      texts.add(event.getMessage().getFormattedMessage());
    }
  }
}
