package io.clickstream.local;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * The reaction of this JVM to Ctrl-C, SIGTERM and the end of its terminal.
 *
 * <p>A shutdown hook would be enough to clean up, but not to end with exit code 0: that of a JVM
 * that a signal ends is the signal's, unless it halts, and then files that libraries want deleted
 * at exit stay. The class that the JDK has for it can be reached, but naming it is a warning that
 * nothing suppresses.
 */
public final class TerminationSignals {

  private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

  private TerminationSignals() {}

  /** Lets an action run, in a thread of its own, instead of the end of the JVM. */
  public static void handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> invoked(self, method, arguments, action));
      for (String name : NAMES) {
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      }
    } catch (ReflectiveOperationException e) {
      // Another JDK or another system: signals end the JVM, after its shutdown hooks.
    }
  }

  private static Object invoked(Object self, Method method, Object[] arguments, Runnable action) {
    return switch (method.getName()) {
      case "hashCode" -> System.identityHashCode(self);
      case "equals" -> self == arguments[0];
      case "toString" -> "TerminationSignals";
      default -> {
        action.run();
        yield self;
      }
    };
  }
}
