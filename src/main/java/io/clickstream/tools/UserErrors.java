package io.clickstream.tools;

import io.clickstream.config.UserErrorException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** What a user can mend is one message and exit code 1; everything else keeps its stack trace. */
final class UserErrors implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(Exception e, CommandLine commandLine, ParseResult parsed)
      throws Exception {
    if (!(e instanceof UserErrorException)) {
      throw e;
    }
    commandLine.getErr().println(e.getMessage());
    return 1;
  }
}
