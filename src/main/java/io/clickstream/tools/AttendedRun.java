package io.clickstream.tools;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * Runs the main class named first, with the arguments that follow, and ends with the process that
 * started it: when that one is gone, however it went, this JVM exits as if it had been terminated,
 * and shutdown hooks run.
 *
 * <p>Maven's {@code exec:exec} does not pass SIGTERM on, so that the local mode and the command
 * would outlive a stopped build, holding their ports.
 */
public final class AttendedRun {

  private static final int TERMINATED = 128 + 15;

  private AttendedRun() {}

  public static void main(String[] args) throws Throwable {
    if (args.length == 0) {
      System.err.println("Expected the name of a main class as first argument, found none.");
      System.exit(2);
    }
    ProcessHandle.current().parent().ifPresent(AttendedRun::endWith);
    try {
      Method main = Class.forName(args[0]).getMethod("main", String[].class);
      // The java command does not ask for a public class either.
      main.setAccessible(true);
      main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (ClassNotFoundException e) {
      System.err.println("There is no class " + args[0] + ": expected the name of a main class.");
      System.exit(2);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void endWith(ProcessHandle parent) {
    CompletableFuture<Void> unused = parent.onExit().thenRun(() -> System.exit(TERMINATED));
  }
}
