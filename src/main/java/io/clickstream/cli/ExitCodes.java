package io.clickstream.cli;

/** The exit codes that all sub-commands have in common, and their meaning for {@code --help}. */
public final class ExitCodes {

  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int WRONG_COMMAND_LINE = 2;

  public static final String HEADING = "%nExit codes:%n";

  /** For commands whose only ways to end are these. */
  public static final String DONE_LINE = "0:Done.";

  public static final String FAILED_LINE = "1:Not done; the error stream says why.";
  public static final String WRONG_LINE = "2:Wrong command line; the error stream names the flag.";

  private ExitCodes() {}
}
